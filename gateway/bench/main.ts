/** `npm run bench`: what things cost beside their floors, measured side by side in one run. */

import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { shippedModelFolder } from '../models.ts'
import { benchBooksGrowth } from './books-growth.ts'
import { benchDecoders } from './decoders.ts'
import { benchFrames } from './frames.ts'
import { benchGrowth } from './growth.ts'
import { benchIngest, benchLoopDelay } from './ingest.ts'
import { benchPoolMemory } from './pool-memory.ts'
import { benchPostings } from './postings.ts'
import { benchPublishers } from './publishers.ts'
import { benchRadio } from './radio/figures.ts'
import { type Figure, holds, type Progress, print } from './ratio.ts'
import { benchReads } from './reads.ts'
import { benchShelfHour } from './shelf-hour.ts'
import { benchSoak } from './soak.ts'
import { benchTags } from './tags.ts'

/** At least seven, so that the median says more than the neighbours do. */
const ROUNDS = 7
const LARGE = { lines: 1_000_000, tags: 100_000, poolFrames: 10_000 }
const VERY_LARGE = { lines: 10_000_000, tags: 1_000_000, poolFrames: 100_000 }

interface Bench {
  readonly about: string
  /** Takes minutes: only when it is named, or with --long. */
  readonly isLong?: boolean
  run(progress: Progress): Promise<Figure[]>
}

const HELP = `Usage: npm run bench -- [--only NAME] [--long] [--json]

  --only NAME  one of: postings, ingest, publishers, reads, soak, decoders, tags,
               loop-delay, frames, shelf-hour, pool-memory, books-growth, radio,
               growth (soak, shelf-hour, pool-memory and radio run when they are named, or with --long)
  --long       books-growth and growth at 10 million lines and 1 million tags, 100,000 pictures
               (an hour more)
  --json       figures as JSON on standard output

Ratios are medians over interleaved rounds with their spread; see "Figures" in the README.
`

const options = readOptions()
if (options) await run(options)
process.exit()

interface Options {
  readonly only: string | undefined
  readonly json: boolean
  readonly long: boolean
}

async function run(options: Options): Promise<void> {
  const { only, json, long } = options
  const benches = benchesOf(long ? VERY_LARGE : LARGE)
  const names = Object.keys(benches)
  if (only !== undefined && !benches[only]) {
    process.stderr.write(`expected --only to be one of ${names.join(', ')}, got "${only}"\n`)
    process.exitCode = 2
    return
  }
  warnOfNeighbours()
  const figures: (Figure & { readonly bench: string; readonly holds: boolean | null })[] = []
  for (const [bench, { about, run: measure }] of wanted(benches, options)) {
    tell(`${bench}: ${about}`)
    for (const figure of await measure((text) => tell(`  ${bench}: ${text}`))) {
      figures.push({ bench, holds: holds(figure), ...figure })
      if (!json) process.stdout.write(`${print(figure)}\n\n`)
    }
  }
  if (json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
}

function wanted(benches: Readonly<Record<string, Bench>>, { only, long }: Options) {
  const isWanted = (name: string, { isLong }: Bench) =>
    only === undefined ? long || !isLong : name === only
  return Object.entries(benches).filter(([name, bench]) => isWanted(name, bench))
}

function benchesOf(size: typeof LARGE): Readonly<Record<string, Bench>> {
  return {
    postings: {
      about: 'the books against raw inserts',
      run: (progress) => benchPostings(ROUNDS, progress),
    },
    ingest: {
      about: 'reads against the bare broker',
      run: (progress) => benchIngest(ROUNDS, progress),
    },
    publishers: {
      about: 'the same with one device and with fifty, read by read and in batches',
      run: (progress) => benchPublishers(ROUNDS, progress),
    },
    reads: {
      about: 'what a read costs the bookkeeper alone',
      run: (progress) => benchReads(ROUNDS, progress),
    },
    soak: {
      about: 'two minutes of steady traffic: memory and waiting',
      isLong: true,
      run: (progress) => benchSoak(progress),
    },
    decoders: {
      about: "readers' messages against JSON.parse",
      run: (progress) => benchDecoders(ROUNDS, progress),
    },
    tags: {
      about: "the tags' machines with many tags known",
      run: (progress) => benchTags(size.tags, progress),
    },
    'loop-delay': {
      about: "the sockets' thread under load",
      run: (progress) => benchLoopDelay(progress),
    },
    frames: {
      about: 'pictures against decoding and the model alone',
      run: (progress) => benchFrames(ROUNDS, progress),
    },
    'shelf-hour': {
      about: "an hour's handlings before drawn shelves at 2, 5 and 10 frames a second",
      isLong: true,
      run: (progress) => benchShelfHour(shippedModelFolder, progress),
    },
    'pool-memory': {
      isLong: true,
      about: `${size.poolFrames} pictures, what the processes keep of them`,
      run: (progress) => benchPoolMemory(size.poolFrames, shippedModelFolder, progress),
    },
    'books-growth': {
      about: `postings, reports, verification and backup at ${size.lines} journal lines`,
      run: (progress) => benchBooksGrowth(size.lines, ROUNDS, progress),
    },
    radio: {
      isLong: true,
      about: "our rules at doors and shelves beside the anchors', same scenes of a radio model",
      run: (progress) => benchRadio(progress),
    },
    growth: {
      about: `memory and start with ${size.lines} journal lines and ${size.tags} tags`,
      run: (progress) => benchGrowth(size, progress),
    },
  }
}

function readOptions(): Options | null {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string' },
        json: { type: 'boolean', default: false },
        long: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (!values.help) return { only: values.only, json: values.json, long: values.long }
    process.stdout.write(HELP)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
    process.exitCode = 2
  }
  return null
}

/** Ours uses every core, a floor often one: neighbours lower the ratio, not only the rates. */
function warnOfNeighbours(): void {
  const cores = availableParallelism()
  const load = loadavg()[0] ?? 0
  if (load > cores / 2)
    process.stderr.write(
      `the machine is busy (load ${load.toFixed(1)} on ${cores} cores): ratios come out lower than they are\n`,
    )
}

/** Progress is not a figure: it goes to standard error, on one line where that is a terminal. */
function tell(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`)
}
