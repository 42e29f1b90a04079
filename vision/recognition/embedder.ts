import { z } from 'zod'
import { assertDigest, readModelFile } from '../model-folder.ts'
import { ModelRefused } from '../model-manifest.ts'
import type { ModelIdentity } from '../onnx-detector.ts'
import { openSession } from '../onnx-session.ts'
import { decodePicture, type RgbPicture } from '../picture.ts'
import type { Box, RecognitionSettings } from '../shelf-sample.ts'
import { cropSquare } from './crop.ts'

/** Tells products apart by what they look like; knows none by name. */
export interface Embedder {
  readonly model: ModelIdentity
  readonly settings: RecognitionSettings
  /** One vector of length one per box; without boxes one of the whole picture. */
  embed(picture: RgbPicture, boxes?: readonly Box[]): Promise<Float32Array[]>
  close(): Promise<void>
}

const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
const manifestSchema = z.strictObject({
  name: z.string().min(1),
  version: z.string().min(1),
  family: z.literal('tallygate-embedder'),
  file: fileName,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  opset: z.int().min(1),
  input: z.strictObject({
    name: z.string().min(1),
    width: z.int().min(32).max(512),
    height: z.int().min(32).max(512),
    layout: z.literal('nhwc'),
    type: z.literal('uint8'),
    color: z.literal('rgb'),
    resize: z.literal('stretch'),
  }),
  output: z.strictObject({ name: z.string().min(1), numbers: z.int().min(2).max(4096) }),
  thresholds: z.strictObject({
    similarity: z.number().min(-1).max(1),
    margin: z.number().min(0).max(1),
  }),
  /** Pictures of exactly the input's size, and what the model says about them. */
  selfTest: z.array(z.strictObject({ picture: fileName, embedding: z.array(z.number()) })).min(1),
})

type EmbedderManifest = z.infer<typeof manifestSchema>

/** Another processor sums in another order; another model differs by tenths. */
const SELF_TEST_COSINE_MIN = 0.999

/** Throws `ModelRefused` when the folder does not hold an embedder that says what its manifest says. */
export async function loadEmbedder(modelFolder: string): Promise<Embedder> {
  const manifest = parse((await readModelFile(modelFolder, 'manifest.json')).toString())
  const bytes = await readModelFile(modelFolder, manifest.file)
  assertDigest(manifest, bytes)
  const session = await openSession(bytes, manifest.file)
  const { name, version, sha256, input, output, thresholds } = manifest
  const run = async (crops: readonly Uint8Array[]): Promise<Float32Array[]> => {
    const size = input.width * input.height * 3
    const data = new Uint8Array(crops.length * size)
    for (const [index, crop] of crops.entries()) data.set(crop, index * size)
    const dims = [crops.length, input.height, input.width, 3]
    const said = (await session.run([{ name: input.name, type: 'uint8', data, dims }])).get(
      output.name,
    )
    if (said?.data.length !== crops.length * output.numbers)
      throw new ModelRefused(
        `the embedder must give ${output.numbers} numbers a crop as "${output.name}", got ${said?.dims.join(' x ')}`,
      )
    return crops.map((_, index) =>
      said.data.slice(index * output.numbers, (index + 1) * output.numbers),
    )
  }
  try {
    await assertSelfTest(manifest, modelFolder, run)
  } catch (cause) {
    await session.close()
    throw cause
  }
  return {
    model: { name, version, sha256 },
    settings: { similarityMin: thresholds.similarity, marginMin: thresholds.margin },
    async embed(picture, boxes) {
      const whole = { x: 0, y: 0, width: picture.width, height: picture.height }
      if (boxes?.length === 0) return []
      return await run((boxes ?? [whole]).map((box) => cropSquare(picture, box, input.width)))
    },
    close: () => session.close(),
  }
}

async function assertSelfTest(
  { selfTest, input }: EmbedderManifest,
  modelFolder: string,
  run: (crops: readonly Uint8Array[]) => Promise<Float32Array[]>,
): Promise<void> {
  for (const { picture, embedding } of selfTest) {
    const { width, height, rgb } = await decodePicture(await readModelFile(modelFolder, picture))
    if (width !== input.width || height !== input.height)
      throw new ModelRefused(`${picture} must be ${input.width} x ${input.height} pixels`)
    const [vector = new Float32Array(0)] = await run([rgb])
    const cosine = embedding.reduce((sum, value, index) => sum + value * (vector[index] ?? 0), 0)
    if (!(cosine >= SELF_TEST_COSINE_MIN))
      throw new ModelRefused(
        `the embedder must say of ${picture} what its manifest says, got a cosine of ${cosine.toFixed(3)}`,
      )
  }
}

function parse(text: string): EmbedderManifest {
  let value: unknown = null
  try {
    value = JSON.parse(text)
  } catch {
    // Told below: null is no manifest.
  }
  const result = manifestSchema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new ModelRefused(
    `the embedder's manifest is not valid: ${issue?.path.join('.')}: ${issue?.message}`,
  )
}
