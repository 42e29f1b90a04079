/**
 * The floor of a frame: decoding the JPEG to the model's input size and `session.run`, nothing
 * else, under the settings of the inference process (its priority, threads and arenas).
 */
import { readFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'
import { answerQuestions } from './child.ts'

export interface FloorQuestion {
  readonly modelFolder: string
  readonly frames: readonly Uint8Array[]
}

export interface FloorAnswer {
  readonly tookMs: number
  readonly decodeMs: number
  readonly runMs: number
  readonly runs: number
}

const NICE = 5
setPriority(NICE)
sharp.cache(false)
sharp.concurrency(1)

interface Model {
  readonly session: InferenceSession
  readonly name: string
  readonly side: number
  readonly pad: number
}
let loaded: Promise<Model> | null = null

answerQuestions<FloorQuestion, FloorAnswer>(async ({ modelFolder, frames }) => {
  loaded ??= load(modelFolder)
  const model = await loaded
  let decodeMs = 0
  let runMs = 0
  for (const jpeg of frames) {
    const startedAt = performance.now()
    const pixels = await decode(jpeg, model)
    const decodedAt = performance.now()
    await run(model, pixels)
    decodeMs += decodedAt - startedAt
    runMs += performance.now() - decodedAt
  }
  return { tookMs: decodeMs + runMs, decodeMs, runMs, runs: frames.length }
})

async function load(modelFolder: string): Promise<Model> {
  const manifest: {
    file: string
    input: { name: string; width: number; pad: number }
  } = JSON.parse(await readFile(join(modelFolder, 'manifest.json'), 'utf8'))
  const session = await InferenceSession.create(join(modelFolder, manifest.file), {
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    interOpNumThreads: 1,
    intraOpNumThreads: 1,
    enableCpuMemArena: false,
    enableMemPattern: false,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
  const { name, width, pad } = manifest.input
  return { session, name, side: width, pad }
}

/** Straight to the input, the padding by the library itself. */
async function decode(jpeg: Uint8Array, { side, pad }: Model): Promise<Uint8Array> {
  return await sharp(jpeg, { failOn: 'error', sequentialRead: true })
    .resize(side, side, {
      fit: 'contain',
      position: 'left top',
      kernel: 'linear',
      background: { r: pad, g: pad, b: pad },
    })
    .raw()
    .toBuffer()
}

async function run({ session, name, side }: Model, pixels: Uint8Array): Promise<void> {
  const outputs = await session.run({ [name]: new Tensor('uint8', pixels, [1, side, side, 3]) })
  for (const output of Object.values(outputs)) output.dispose()
}
