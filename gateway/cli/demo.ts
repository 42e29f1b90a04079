import { runDemo } from '../simulator/demo.ts'
import { complain, defineCommand, EXIT } from './command.ts'

/** Store seconds per second: a store day of thirteen hours in about fifteen minutes. */
const SPEED = 60
const SPEED_MAX = 100_000

export const demo = defineCommand(
  {
    about: 'watch a simulated store keep its own books',
    usage: `
tallygate demo [--days N] [--fast] [--seed N] [--json]

Runs the real gateway (broker, detector, ledger, page) and a head-office receiver over HTTPS on
this machine, and lets simulated devices live a seeded store day. Without --days it runs on until
Ctrl-C. At the end it prints truth beside books. Exit 1 when a difference is wrong.

  --days N        this many days, then the summary
  --fast          no waiting between moments; a day takes about a minute
  --speed N       store seconds per second when not fast (default ${SPEED})
  --seed N        any whole number (default 1): same seed, same days
  --json          the summary as JSON, nothing else
  --folder DIR    keep books, configuration and head office there (default: a temporary folder)
  --http-port N   of the page (default: a free one)
  --mqtt-port N   of the broker (default: a free one)`,
    options: {
      days: { type: 'string' },
      fast: { type: 'boolean', default: false },
      speed: { type: 'string', default: String(SPEED) },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      folder: { type: 'string' },
      'http-port': { type: 'string', default: '0' },
      'mqtt-port': { type: 'string', default: '0' },
    },
  },
  async ({ values }) => {
    const days = values.days === undefined ? null : whole('--days', values.days, 1, 3_650)
    const seed = whole('--seed', values.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    const speed = whole('--speed', values.speed, 1, SPEED_MAX)
    const httpPort = whole('--http-port', values['http-port'], 0, 65_535)
    const mqttPort = whole('--mqtt-port', values['mqtt-port'], 0, 65_535)
    const numbers = [days ?? 0, seed, speed, httpPort, mqttPort]
    const faults = numbers.filter((number) => typeof number === 'string')
    for (const fault of faults) complain(fault)
    if (faults.length > 0) return EXIT.usage
    const { exitCode } = await runDemo({
      seed: Number(seed),
      days: days === null ? null : Number(days),
      fast: values.fast,
      speed: Number(speed),
      json: values.json,
      ...(values.folder === undefined ? {} : { folder: values.folder }),
      httpPort: Number(httpPort),
      mqttPort: Number(mqttPort),
      screen: {
        write: (text) => void process.stdout.write(text),
        isTerminal: process.stdout.isTTY === true,
        columns: process.stdout.columns ?? 100,
      },
      stop: asked(),
    })
    return exitCode
  },
)

/** The number, or the sentence that says why it is none. */
function whole(name: string, text: string, least: number, most: number): number | string {
  const number = Number(text)
  const isGood = Number.isSafeInteger(number) && number >= least && number <= most
  return isGood ? number : `expected ${name} as a whole number ${least} to ${most}, got "${text}"`
}

/** Ctrl-C ends the day; a second one ends the program at once. */
function asked(): AbortSignal {
  const stop = new AbortController()
  const abort = () => stop.abort()
  process.once('SIGINT', abort)
  process.once('SIGTERM', abort)
  return stop.signal
}
