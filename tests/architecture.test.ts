import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

/** The architecture is this table and the two patterns below it. */
const FOLDERS: Record<string, { ours: RegExp; packages: RegExp }> = {
  'ledger-core': {
    ours: /^ledger-core\//,
    packages: /^(better-sqlite3|decimal\.js|node:(crypto|assert|fs|path))$/,
  },
  sensors: { ours: /^sensors\//, packages: /^(zod|node:assert)$/ },
  vision: {
    ours: /^(vision\/|sensors\/index\.ts$)/,
    packages: /^(zod|sharp|onnxruntime-node|node:.*)$/,
  },
  gateway: { ours: /^(gateway\/|(sensors|vision|ledger-core)\/index\.ts$)/, packages: /.*/ },
}

/** Each package has one owner; a file elsewhere asks its owner. A bench's floor is the bare package. */
const OWNERS: Record<string, RegExp> = {
  'better-sqlite3': /^ledger-core\/store\/database\.ts$/,
  'decimal.js': /^ledger-core\/decimal\.ts$/,
  // Detectors and the embedder run through the same session.
  'onnxruntime-node': /^vision\/onnx-session\.ts$|^gateway\/bench\/frames-floor\.entry\.ts$/,
  sharp: /^vision\/picture\.ts$|^gateway\/bench\/frames-floor\.entry\.ts$/,
  aedes: /^gateway\/broker\/|^gateway\/bench\/ingest-bare\.entry\.ts$/,
  mqtt: /^gateway\/simulator\/|^gateway\/bench\//,
  fastify: /^gateway\/(http|head-office)\//,
  pino: /^gateway\/log\.ts$/,
  serialport: /^gateway\/serial\/port\.ts$/,
  selfsigned: /^gateway\/head-office\/certificate\.ts$/,
  yaml: /^gateway\/config\/load\.ts$|^gateway\/simulator\/site\.ts$/,
}

/** Rules: data in, data out. Nothing of node but assert, no clock, no randomness, no waiting. */
const PURE =
  /^(sensors\/|gateway\/interpretation\/|ledger-core\/export\/|ledger-core\/(costing|posting-rules|account|command|journal)[^/]*\.ts$|vision\/(detections|box-votes|zones|shelf-state|quality|shelf-sample|zone-state|zone-identity|stranger|jpeg-size|recognition\/gallery|hand|shelf-events|camera-watch|camera-shift|glance|tensor|average-precision)\.ts$|vision\/decoders\/|gateway\/forwarding\/uplink-state\.ts$)/
const IMPURE = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bawait\b|\bprocess\.|\bsetTimeout\(/

const LINES_MAX = 300
const DOOR_MAX = 60
const root = join(import.meta.dirname, '..')
const files = Object.keys(FOLDERS).flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
)
const sourceOf = (file: string) => readFileSync(join(root, file), 'utf8')
const importsOf = (file: string) =>
  [
    ...sourceOf(file).matchAll(
      /^(?:import|export)\s[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
const isOurs = (specifier: string) => specifier.startsWith('.')
const targetOf = (file: string, specifier: string) =>
  normalize(join(dirname(file), specifier)).replaceAll('\\', '/')

test('there is a product to look at', () => {
  expect(files.length).toBeGreaterThan(60)
})

describe.each(Object.entries(FOLDERS))('%s', (folder, rule) => {
  const own = files.filter((file) => file.startsWith(`${folder}/`))

  test('imports only what it may', () => {
    const wrong = own.flatMap((file) =>
      importsOf(file)
        .map((specifier) => (isOurs(specifier) ? targetOf(file, specifier) : specifier))
        .filter((target) =>
          /\.ts$/.test(target) ? !rule.ours.test(target) : !rule.packages.test(nodeNamed(target)),
        )
        .map((target) => `${file} may not import ${target}`),
    )
    expect(wrong).toEqual([])
  })

  test(`keeps its files within ${LINES_MAX} lines`, () => {
    const long = own
      .map((file) => ({ file, lines: sourceOf(file).split('\n').length }))
      .filter(({ lines }) => lines > LINES_MAX)
    expect(long).toEqual([])
  })
})

test('each package is used by its owner only', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((specifier) => OWNERS[specifier] && !OWNERS[specifier].test(file))
      .map((specifier) => `${file} may not import ${specifier}: ask its owner`),
  )
  expect(wrong).toEqual([])
})

test('rules are pure: data in, data out', () => {
  const pure = files.filter((file) => PURE.test(file))
  expect(pure.length).toBeGreaterThan(12)
  const wrong = pure.flatMap((file) => [
    ...importsOf(file)
      .filter((specifier) => builtinModules.includes(specifier.replace(/^node:/, '')))
      .filter((specifier) => specifier !== 'node:assert')
      .map((specifier) => `${file} may not import ${specifier}`),
    ...withoutComments(sourceOf(file))
      .split('\n')
      .filter((line) => IMPURE.test(line))
      .map((line) => `${file} may not: ${line.trim()}`),
  ])
  expect(wrong).toEqual([])
})

test('only the clock asks for the time of day', () => {
  const wrong = files
    .filter((file) => !/^gateway\/(clock\.ts|bench\/|setup\/)/.test(file))
    .filter((file) => /\bDate\.now\(|\bnew Date\(\)/.test(withoutComments(sourceOf(file))))
  expect(wrong).toEqual([])
})

test('nothing is left open: no TODO, no narrowed test', () => {
  const tests = readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && name !== 'architecture.test.ts')
    .map((name) => `tests/${name}`)
  const open = [...files, ...tests].filter((file) =>
    /\b(TODO|FIXME|XXX)\b|\b(test|it|describe)\.(only|todo)\(/.test(sourceOf(file)),
  )
  expect(open).toEqual([])
})

test('the doors stay small', () => {
  for (const folder of ['ledger-core', 'sensors', 'vision']) {
    const names = sourceOf(`${folder}/index.ts`).match(/^ {2}\w+,$|^export \{[^\n]+\}/gm) ?? []
    expect(names.length, `${folder}/index.ts`).toBeLessThanOrEqual(DOOR_MAX)
  }
})

test('links between our pages lead somewhere', () => {
  const pages = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.md') && !/node_modules|^dist|^\.git/.test(name),
  )
  expect(pages.length).toBeGreaterThan(5)
  const broken = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map((match) => join(root, dirname(page), decodeURI(match[1] ?? '')))
      .filter((target) => !existsSync(target))
      .map((target) => `${page} -> ${relative(root, target)}`),
  )
  expect(broken).toEqual([])
})

function nodeNamed(specifier: string): string {
  return builtinModules.includes(specifier) ? `node:${specifier}` : specifier
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}
