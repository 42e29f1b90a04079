import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { writeModel } from './onnx-writer.ts'

const SIDE = 32

/** An embedder whose three numbers are the mean colour of a crop, at length one. */
export async function writeColourEmbedder(folder: string, changed: object = {}): Promise<void> {
  const bytes = writeModel({
    inputs: [{ name: 'image', type: 'uint8', dims: ['crops', SIDE, SIDE, 3] }],
    outputs: [],
    computed: [
      {
        name: 'embedding',
        dims: ['crops', 3],
        steps: [
          { op: 'Cast', inputs: ['image'], output: 'floats', attributes: { to: 1 } },
          {
            op: 'Transpose',
            inputs: ['floats'],
            output: 'planes',
            attributes: { perm: [0, 3, 1, 2] },
          },
          { op: 'GlobalAveragePool', inputs: ['planes'], output: 'means' },
          { op: 'Flatten', inputs: ['means'], output: 'flat' },
          {
            op: 'LpNormalization',
            inputs: ['flat'],
            output: 'embedding',
            attributes: { axis: 1, p: 2 },
          },
        ],
      },
    ],
  })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'model.onnx'), bytes)
  const create = { width: SIDE, height: SIDE, channels: 3, background: 'rgb(30,40,0)' } as const
  await sharp({ create }).png().toFile(join(folder, 'self-test.png'))
  const manifest = {
    name: 'colour-embedder',
    version: '1',
    family: 'tallygate-embedder',
    file: 'model.onnx',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    opset: 15,
    input: {
      name: 'image',
      width: SIDE,
      height: SIDE,
      layout: 'nhwc',
      type: 'uint8',
      color: 'rgb',
      resize: 'stretch',
    },
    output: { name: 'embedding', numbers: 3 },
    thresholds: { similarity: 0.9, margin: 0.02 },
    selfTest: [{ picture: 'self-test.png', embedding: [0.6, 0.8, 0] }],
    ...changed,
  }
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
}
