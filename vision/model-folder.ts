import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ModelManifest, ModelRefused } from './model-manifest.ts'

/** Throws `ModelRefused`. */
export async function readModelFile(modelFolder: string, name: string): Promise<Buffer> {
  return await readFile(join(modelFolder, name)).catch((cause: unknown) => {
    throw new ModelRefused(`the model folder must hold ${name}: ${messageOf(cause)}`, { cause })
  })
}

/** Throws `ModelRefused`. */
export function assertDigest(
  manifest: Pick<ModelManifest, 'file' | 'sha256'>,
  bytes: Uint8Array,
): void {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 === manifest.sha256) return
  throw new ModelRefused(
    `${manifest.file} must have the SHA-256 ${manifest.sha256}, got ${sha256}: model and manifest do not belong together`,
  )
}

export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.trim() : String(cause)
}
