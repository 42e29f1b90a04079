import assert from 'node:assert'
import { parentPort, workerData } from 'node:worker_threads'
import { migrate, openDatabase } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import { dataFolderAt } from '../data-folder.ts'
import { takeLock } from './lock.ts'
import { type PackedTurn, packResult, unpackTurn } from './packing.ts'
import type { BookkeeperMessage } from './protocol.ts'
import { SteadyBookkeeper } from './steady-bookkeeper.ts'
import { GATEWAY_MIGRATIONS } from './store.ts'

/**
 * The bookkeeper's thread: owns the only writing connection. One turn in, one commit, one answer
 * out. A store that cannot write is answered, a work that throws is set aside; anything else
 * unexpected is a defect of the whole and ends the thread, so that the next one starts clean.
 */
const { config }: { config: Config } = workerData
const port = parentPort
assert(port, 'the bookkeeper runs as a worker thread')
const say = (message: BookkeeperMessage) => port.postMessage(message)

const folder = dataFolderAt(config.dataFolder)
const lock = takeLock(folder.lockFile) ?? isHeld(config.dataFolder)
const db = openDatabase(folder.file, { create: true })
migrate(db, 'gateway', GATEWAY_MIGRATIONS)
const bookkeeper = new SteadyBookkeeper(db, config)
say({ kind: 'ready', ...bookkeeper.standing() })

port.on('message', (turn: PackedTurn | 'stop') => {
  if (turn === 'stop') return stop()
  try {
    return say({ kind: 'turn', result: packResult(bookkeeper.turn(unpackTurn(turn))) })
  } catch (error) {
    if (!isStoreFailure(error)) throw error
    return say({ kind: 'store-failed', message: error.message })
  }
})

function stop(): void {
  bookkeeper.checkpoint()
  db.close()
  lock.close()
  port?.close()
}

function isHeld(dataFolder: string): never {
  throw new Error(`expected ${dataFolder} to be free, got it held by another gateway`)
}

/** SQLite's word that the file or the disk does not take it; https://www.sqlite.org/rescode.html */
function isStoreFailure(error: unknown): error is Error {
  if (!(error instanceof Error) || !('code' in error)) return false
  return /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|BUSY|PROTOCOL|CORRUPT|NOTADB|NOMEM)/.test(
    String(error.code),
  )
}
