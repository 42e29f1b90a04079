/** `npm run bench`: what things cost beside their floors, measured side by side in one run. */

import { benchFrames } from './frames.ts'
import { benchIngest } from './ingest.ts'
import { benchPostings } from './postings.ts'
import { type Ratio, summarise } from './ratio.ts'

const ROUNDS = 7
const say = (text: string) => process.stdout.write(`${text}\n`)

say(`Interleaved rounds: ${ROUNDS}; medians of ratios with their spread.\n`)
const benches: (() => Promise<Ratio>)[] = [
  () => benchPostings(1, ROUNDS),
  () => benchPostings(10, ROUNDS),
  () => benchPostings(100, ROUNDS),
  () => benchIngest(ROUNDS),
  () => benchFrames(ROUNDS),
]
for (const bench of benches) say(`${summarise(await bench())}\n`)
process.exit(0)
