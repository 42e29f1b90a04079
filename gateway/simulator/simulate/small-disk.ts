import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A disk of its own for the books, small enough to be filled. */
export interface SmallDisk {
  /** Takes every block that is left; the system says ENOSPC from then on. */
  fill(): void
  empty(): void
  /** What is on it is lost, or stays behind in the same place on the disk below. */
  unmount(isKept: boolean): Promise<void>
}

/** Holds several simulated days with room to spare. */
const SIZE_MIB = 96
const BLOCK_BYTES = 65_536

/** Null where this machine does not let us mount one: that takes root. */
export async function mountSmallDisk(folder: string): Promise<SmallDisk | null> {
  await mkdir(folder, { recursive: true })
  try {
    const size = `size=${SIZE_MIB}m`
    execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return null
  }
  const ballast = join(folder, 'ballast')
  // Lazily: whoever still looks at a file there may go on.
  const unmount = () => void execFileSync('umount', ['-l', folder], { stdio: 'ignore' })
  process.once('exit', unmount)
  return {
    fill: () => takeAll(ballast),
    empty: () => rmSync(ballast, { force: true }),
    async unmount(isKept) {
      const copy = `${folder}-kept`
      if (isKept) await cp(folder, copy, { recursive: true })
      process.off('exit', unmount)
      unmount()
      if (!isKept) return
      await rm(folder, { recursive: true })
      await rename(copy, folder)
    },
  }
}

function takeAll(file: string): void {
  const block = Buffer.alloc(BLOCK_BYTES)
  const handle = openSync(file, 'w')
  try {
    for (;;) writeSync(handle, block)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC')
      throw new Error('the small disk could not be filled', { cause })
  } finally {
    closeSync(handle)
  }
}
