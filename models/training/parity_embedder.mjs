// Compares onnxruntime-node with the vectors that export_embedder.py wrote, and times one thread.
// node parity_embedder.mjs MODEL.onnx FOLDER  ->  one line of JSON; exit code 1 beyond the tolerance.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import * as ort from 'onnxruntime-node'

const TOLERANCE = 1e-4
const SIDE = 128
const NUMBERS = 128
const RUNS = 60

const [model, folder] = process.argv.slice(2)
const session = await ort.InferenceSession.create(model, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
})
const pixels = new Uint8Array(readFileSync(join(folder, 'pixels.bin')))
const bytes = readFileSync(join(folder, 'vectors.bin'))
const expected = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
const count = expected.length / NUMBERS
const all = await session.run({ image: new ort.Tensor('uint8', pixels, [count, SIDE, SIDE, 3]) })
const worst = Math.max(...all.embedding.data.map((value, i) => Math.abs(value - expected[i])))

const one = new ort.Tensor('uint8', pixels.slice(0, SIDE * SIDE * 3), [1, SIDE, SIDE, 3])
const times = []
for (let run = 0; run < RUNS; run++) {
  const start = performance.now()
  await session.run({ image: one })
  times.push(performance.now() - start)
}
times.sort((a, b) => a - b)
const [medianMs, bestMs] = [times[RUNS >> 1], times[0]].map((ms) => Number(ms.toFixed(2)))
process.stdout.write(`${JSON.stringify({ worst, medianMs, bestMs })}\n`)
process.exitCode = worst <= TOLERANCE ? 0 : 1
