import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createEventStream } from '../../gateway/event-stream.ts'
import { type Lesson, startTeacher, type Teacher } from '../../gateway/frames/teacher.ts'
import { createLog } from '../../gateway/log.ts'
import { enrol, listGallery } from '../../vision/index.ts'
import { shelfJpeg } from '../vision/shelf-pictures.ts'
import { writeColourEmbedder } from '../vision/support/colour-embedder.ts'

/** The gallery follows what people have approved, and nothing else. */

const QUESTION = 'shelf-stranger/camera-1/jam/2026-03-02'

async function school(picture: Uint8Array | null) {
  const folder = await mkdtemp(join(tmpdir(), 'tallygate-school-'))
  const embedder = join(folder, 'embedder')
  await writeColourEmbedder(embedder)
  const gallery = join(folder, 'gallery.json')
  const events = createEventStream()
  let rows: Lesson[] = []
  let store = picture
  const teachers: Teacher[] = []
  const start = () => {
    const teacher = startTeacher({
      gallery,
      folder: join(folder, 'lessons'),
      events,
      log: createLog('silent', 'teacher'),
      lessons: async () => rows,
      pictures: { read: async (key) => (key === `${QUESTION}#item` ? store : null) },
      enrol: async (sku, file) => {
        await enrol({ modelFolder: embedder, gallery, sku, pictures: [readFileSync(file)] })
      },
    })
    teachers.push(teacher)
    return teacher
  }
  onTestFinished(async () => {
    for (const teacher of teachers) await teacher.stop()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    start,
    async is(state: Lesson['state']) {
      rows = [{ lesson: 2, sku: 'RAZOR', picture: QUESTION, state }]
      events.emit({ type: 'review-closed', id: 2 })
      await teachers.at(-1)?.settled()
    },
    prunePictures() {
      store = null
    },
    known: async () => (await listGallery(gallery)).map(({ sku }) => sku),
  }
}

test('a proposal teaches nothing; its approval does, once, also after a restart', async () => {
  const { start, is, known } = await school(await shelfJpeg({}))
  start()
  await is('proposed')
  expect(await known()).toEqual([])
  await is('rejected')
  expect(await known()).toEqual([])
  await is('approved')
  expect(await known()).toEqual(['RAZOR'])
  await start().settled()
  await is('approved')
  expect(await known()).toEqual(['RAZOR'])
})

test('an approval that a crash kept from the gallery is followed at the next start', async () => {
  const { start, is, known } = await school(await shelfJpeg({}))
  await is('approved')
  expect(await known()).toEqual([])
  await start().settled()
  expect(await known()).toEqual(['RAZOR'])
})

test('what is undone is forgotten, long after the picture beside the question is gone', async () => {
  const { start, is, known, prunePictures } = await school(await shelfJpeg({}))
  start()
  await is('approved')
  prunePictures()
  await is('undone')
  expect(await known()).toEqual([])
  await is('undone')
  expect(await known()).toEqual([])
})

test('without a picture nothing is learnt, and nothing breaks', async () => {
  const { start, is, known } = await school(null)
  start()
  await is('approved')
  expect(await known()).toEqual([])
})
