import { DatasetRefused, GalleryRefused, ModelRefused, PictureRefused } from '../../vision/index.ts'

const REFUSALS = [ModelRefused, DatasetRefused, GalleryRefused, PictureRefused]

/** What a person is told in one line: a refusal of vision, or a file that cannot be opened. */
export function isVisionRefusal(cause: unknown): cause is Error {
  if (REFUSALS.some((kind) => cause instanceof kind)) return true
  return cause instanceof Error && 'syscall' in cause
}
