/**
 * What the page has read from the API. A resource is read again only when something touched it,
 * somebody looks at it, and its last reading began at least a second ago: a burst of events makes
 * one request, not hundreds.
 */

const GAP_MS = 1_000
/** After a refusal (a busy reader, a restart) it is tried again this much later. */
const RETRY_MS = 5_000

export function createResources(onChange) {
  const all = new Map()
  let wanted = new Set()

  const pump = (resource) => {
    if (!resource.stale || resource.loading || resource.timer || !wanted.has(resource.name)) return
    const waitMs = resource.notBeforeMs - performance.now()
    if (waitMs > 0) {
      resource.timer = setTimeout(() => {
        resource.timer = 0
        pump(resource)
      }, waitMs)
      return
    }
    void read(resource)
  }
  const read = async (resource) => {
    resource.stale = false
    resource.loading = true
    resource.notBeforeMs = performance.now() + resource.gapMs
    const { question } = resource
    try {
      const value = await resource.load()
      if (question === resource.question) Object.assign(resource, { value, error: null })
    } catch (error) {
      resource.error = error
      resource.stale = true
      resource.notBeforeMs = performance.now() + RETRY_MS
    }
    resource.loading = false
    onChange(resource.name)
    pump(resource)
  }

  return {
    define(name, load, gapMs = GAP_MS) {
      const idle = { value: null, error: null, stale: true, loading: false, timer: 0, question: 0 }
      all.set(name, { name, load, gapMs, notBeforeMs: 0, ...idle })
    },
    has: (name) => all.has(name),
    value: (name) => all.get(name)?.value ?? null,
    error: (name) => all.get(name)?.error ?? null,
    /** Only these are kept fresh; the others wait until they are looked at. */
    want(names) {
      wanted = new Set(names)
      for (const name of wanted) if (all.has(name)) pump(all.get(name))
    },
    touch(name) {
      const resource = all.get(name)
      if (!resource) return
      resource.stale = true
      pump(resource)
    },
    /** Somebody asked for something else (a filter): what is held answers another question. */
    forget(name) {
      const resource = all.get(name)
      if (!resource) return
      resource.value = null
      resource.question += 1
      resource.notBeforeMs = 0
      resource.stale = true
      pump(resource)
    },
    touchAll() {
      for (const resource of all.values()) {
        resource.stale = true
        if (resource.error) resource.notBeforeMs = 0
        pump(resource)
      }
    },
  }
}
