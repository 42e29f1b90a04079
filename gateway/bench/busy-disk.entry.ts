/** A neighbour that keeps the disk busy: writes and syncs without a pause until it is ended. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { answerQuestions } from './child.ts'

const BLOCK = Buffer.alloc(4_194_304, 7)
const BLOCKS_KEPT = 32

answerQuestions<{ readonly folder: string }, { readonly started: true }>(async ({ folder }) => {
  void writeForEver(join(folder, 'busy.bin'))
  return { started: true }
})

async function writeForEver(path: string): Promise<void> {
  const file = openSync(path, 'w')
  process.once('exit', () => closeSync(file))
  for (let block = 0; ; block = (block + 1) % BLOCKS_KEPT) {
    writeSync(file, BLOCK, 0, BLOCK.length, block * BLOCK.length)
    fsyncSync(file)
    // Between two blocks the parent may let go.
    await setImmediate()
  }
}
