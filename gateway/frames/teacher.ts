import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { forgetPicture, listGallery } from '../../vision/index.ts'
import type { EventStream } from '../event-stream.ts'
import type { Log } from '../log.ts'
import { type AlarmPictures, itemOf } from './alarm-pictures.ts'

export interface Lesson {
  readonly lesson: number
  readonly sku: string
  readonly picture: string
  readonly state: 'proposed' | 'approved' | 'rejected' | 'undone'
}

export interface TeacherOptions {
  readonly gallery: string
  /** Where the pictures of approved lessons are kept, so that each can be undone for ever. */
  readonly folder: string
  readonly events: EventStream
  readonly log: Log
  readonly lessons: () => Promise<readonly Lesson[]>
  readonly pictures: Pick<AlarmPictures, 'read'>
  /** Runs the embedder, in a process of its own: it blocks its thread. */
  readonly enrol: (sku: string, file: string) => Promise<void>
}

export interface Teacher {
  /** Resolves when the gallery is as the approved lessons say. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/**
 * Brings the gallery to what has been approved: the record of approvals and undoings is in the
 * books' file, the gallery follows it, also after a crash between the two. Nothing else that
 * people answer ever reaches the gallery.
 */
export function startTeacher(options: TeacherOptions): Teacher {
  const { gallery, folder, events, log, lessons, pictures, enrol } = options
  const fileOf = (lesson: number) => join(folder, `${lesson}.jpg`)
  const pictureOf = async ({ lesson, picture }: Lesson) => {
    const kept = await readFile(fileOf(lesson)).catch(() => null)
    if (kept) return kept
    const taken = (await pictures.read(itemOf(picture))) ?? (await pictures.read(picture))
    if (taken === null) return null
    await mkdir(folder, { recursive: true })
    await writeFile(fileOf(lesson), taken, { flush: true })
    return taken
  }
  const said = new Set<number>()
  const missing = ({ lesson }: Lesson) => {
    if (!said.has(lesson)) log.warn({ lesson }, 'an approved lesson has no picture to learn from')
    said.add(lesson)
  }
  const follow = async (lesson: Lesson) => {
    if (lesson.state !== 'approved' && lesson.state !== 'undone') return
    const jpeg = await pictureOf(lesson)
    if (jpeg === null) return missing(lesson)
    const entry = { sku: lesson.sku, picture: createHash('sha256').update(jpeg).digest('hex') }
    if (lesson.state === 'undone') return await forgetPicture(gallery, entry)
    const known = await listGallery(gallery)
    const isKnown = known.some(({ sku, picture }) => sku === entry.sku && picture === entry.picture)
    if (!isKnown) await enrol(lesson.sku, fileOf(lesson.lesson))
  }
  const followAll = async () => {
    // Oldest first: of two that contradict each other the newer holds.
    for (const lesson of (await lessons()).toReversed())
      await follow(lesson).catch((cause: unknown) =>
        log.warn({ lesson: lesson.lesson, cause: String(cause) }, 'a lesson could not be followed'),
      )
  }
  let isStopped = false
  let last = followAll().catch(tell)
  function tell(cause: unknown): void {
    if (!isStopped) log.warn({ cause: String(cause) }, 'the lessons could not be read')
  }
  const unsubscribe = events.subscribe((event) => {
    if (event.type === 'review-closed') last = last.then(followAll).catch(tell)
  })
  return {
    settled: () => last,
    async stop() {
      isStopped = true
      unsubscribe()
      await last
    },
  }
}
