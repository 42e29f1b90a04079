import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where everything durable lives. */
export interface DataFolder {
  /** The books and the gateway's own tables, one SQLite file. */
  readonly file: string
  /** Held open for writing by the gateway that runs on this folder; the system frees it at death. */
  readonly lockFile: string
  /** Ports of the running gateway, for tools beside it. */
  readonly portsFile: string
  /** What `tallygate enroll` has learnt. */
  readonly galleryFile: string
  /** Crops of shelves that alarms are about. */
  readonly pictureFolder: string
  /** Pictures that people have approved for the gallery. */
  readonly lessonFolder: string
}

export function dataFolderAt(path: string): DataFolder {
  return {
    file: join(path, 'tallygate.sqlite'),
    lockFile: join(path, 'lock.sqlite'),
    portsFile: join(path, 'ports.json'),
    galleryFile: join(path, 'gallery.json'),
    pictureFolder: join(path, 'pictures'),
    lessonFolder: join(path, 'lessons'),
  }
}

/**
 * A missing database is not an empty one: without `create` it is refused, because a wrong path
 * must never start a second, empty book. Returns the refusal's sentence, or null when usable.
 */
export function prepareDataFolder(path: string, create: boolean): string | null {
  const { file } = dataFolderAt(path)
  if (!existsSync(file) && !create)
    return `expected the books at ${file}, got no such file; \`--create\` starts new ones`
  mkdirSync(path, { recursive: true })
  return null
}
