import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'

/**
 * Threads and child processes start from an entry file beside the caller: `x.entry.ts` when the
 * product runs from its sources (tests, development), `x.entry.js` when it runs compiled.
 */
export function entryUrl(callerUrl: string, name: string): URL {
  return new URL(`${name}${fromSources(callerUrl) ? '.ts' : '.js'}`, callerUrl)
}

/** Node flags a child process needs to run that entry. */
export function execArgvFor(callerUrl: string): string[] {
  return fromSources(callerUrl) ? ['--import', tsxFile('loader.mjs')] : []
}

/**
 * Starts a worker thread on such an entry. On Node 20 `--import tsx` does not reach worker
 * threads, so from sources the thread registers tsx itself first.
 */
export function startWorker(callerUrl: string, name: string, options: WorkerOptions = {}): Worker {
  const url = entryUrl(callerUrl, name)
  if (!fromSources(callerUrl)) return new Worker(url, options)
  const api = tsxFile('esm/api/index.mjs')
  const boot = `import(${JSON.stringify(api)}).then(({ register }) => { register(); return import(${JSON.stringify(url.href)}) })`
  return new Worker(boot, { ...options, eval: true })
}

/** Address of one of tsx' modules: the import conditions of its package are not reachable here. */
function tsxFile(name: string): string {
  const home = dirname(createRequire(import.meta.url).resolve('tsx/package.json'))
  return pathToFileURL(join(home, 'dist', name)).href
}

function fromSources(callerUrl: string): boolean {
  return fileURLToPath(callerUrl).endsWith('.ts')
}
