/**
 * npm runs no install scripts here (see .npmrc): onnxruntime-node's would download CUDA
 * libraries. better-sqlite3 alone needs its addon fetched or compiled; this does it once.
 */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

function loads(): boolean {
  try {
    const Database: new (path: string) => { close(): void } = require('better-sqlite3')
    new Database(':memory:').close()
    return true
  } catch {
    return false
  }
}

function rebuild(): Promise<number> {
  const startedAt = performance.now()
  process.stderr.write('Preparing SQLite for this machine (once; about 80 s where it must compile)')
  const child = spawn('npm', ['rebuild', 'better-sqlite3', '--ignore-scripts=false'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
  const said: string[] = []
  child.stdout.on('data', (data) => said.push(String(data)))
  child.stderr.on('data', (data) => said.push(String(data)))
  const dots = setInterval(() => process.stderr.write('.'), 2_000)
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearInterval(dots)
      const seconds = Math.round((performance.now() - startedAt) / 1_000)
      process.stderr.write(code === 0 ? ` done in ${seconds} s\n` : `\n${said.join('')}\n`)
      resolve(code ?? 1)
    })
  })
}

if (!loads()) {
  const code = await rebuild()
  if (code !== 0 || !loads()) {
    process.stderr.write(
      'SQLite could not be prepared. It needs a C++ compiler: on Debian and Ubuntu ' +
        '`apt-get install python3 make g++`, then run the command again.\n',
    )
    process.exit(1)
  }
}
