// Compares onnxruntime-node with the outputs that export.py wrote, and times one thread.
// node parity.mjs MODEL.onnx FOLDER  ->  one line of JSON; exit code 1 beyond the tolerance.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import * as ort from 'onnxruntime-node'

const TOLERANCE = { boxes: 1e-3, scores: 1e-4 }
const SIDE = 416
const RUNS = 60

const [model, folder] = process.argv.slice(2)
const session = await ort.InferenceSession.create(model, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
})
const pixels = new Uint8Array(readFileSync(join(folder, 'parity-pixels.bin')))
const expected = Object.fromEntries(
  Object.keys(TOLERANCE).map((name) => {
    const bytes = readFileSync(join(folder, `parity-${name}.bin`))
    return [name, new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)]
  }),
)

const size = SIDE * SIDE * 3
const input = (index) =>
  new ort.Tensor('uint8', pixels.slice(index * size, (index + 1) * size), [1, SIDE, SIDE, 3])
const worst = { boxes: 0, scores: 0 }
for (let index = 0; index < pixels.length / size; index++) {
  const outputs = await session.run({ image: input(index) })
  for (const name of Object.keys(TOLERANCE)) {
    const { data } = outputs[name]
    for (let i = 0; i < data.length; i++) {
      worst[name] = Math.max(
        worst[name],
        Math.abs(data[i] - expected[name][index * data.length + i]),
      )
    }
  }
}

const picture = input(0)
const times = []
for (let run = 0; run < RUNS; run++) {
  const start = performance.now()
  await session.run({ image: picture })
  times.push(performance.now() - start)
}
times.sort((a, b) => a - b)
const [medianMs, bestMs] = [times[RUNS >> 1], times[0]].map((ms) => Number(ms.toFixed(1)))
process.stdout.write(`${JSON.stringify({ worst, medianMs, bestMs })}\n`)
process.exitCode = worst.boxes <= TOLERANCE.boxes && worst.scores <= TOLERANCE.scores ? 0 : 1
