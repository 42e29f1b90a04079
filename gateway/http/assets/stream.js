/** Server-sent events with our own patience: after any gap the page reads everything again. */

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 15_000

/** `onState(true)` at every (new) connection, `onState(false)` when it is lost. */
export function openStream(url, { onEvent, onState }) {
  let waitMs = FIRST_WAIT_MS
  const connect = () => {
    const source = new EventSource(url)
    source.addEventListener('open', () => {
      waitMs = FIRST_WAIT_MS
      onState(true)
    })
    source.addEventListener('message', ({ data }) => {
      const event = parsed(data)
      if (event) onEvent(event)
    })
    source.addEventListener('error', () => {
      source.close()
      onState(false)
      // Not all pages of a store in the same moment.
      setTimeout(connect, waitMs * (0.5 + Math.random() / 2))
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
    })
  }
  connect()
}

function parsed(data) {
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}
