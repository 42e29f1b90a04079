import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { Draft } from './model-drafts.ts'
import { checkManifest, type ModelManifest, ModelRefused, parseManifest } from './model-manifest.ts'
import { type ProposalHints, proposeManifest } from './model-proposal.ts'
import { loadDetector, type ModelIdentity } from './onnx-detector.ts'
import { readOnnxHeader } from './onnx-file.ts'
import { inspectModel } from './onnx-session.ts'

/** A model file with what no file says: a picture with known boxes above all. */
export interface ModelOffer {
  readonly file: string
  /** Folder that becomes, or already is, the model's. */
  readonly folder: string
  readonly name: string
  readonly version: string
  readonly licence?: string
  readonly picture: string
  readonly expect: ModelManifest['selfTest']['expect']
  readonly minIou: number
  readonly scoreMin: number
  readonly hints: ProposalHints
  /** Labels that are counted; `*` for all. */
  readonly products: readonly string[]
  readonly skus: Readonly<Record<string, string>>
}

export interface AddedModel extends ModelIdentity {
  readonly folder: string
  readonly family: string
  readonly labels: readonly string[]
  /** What the self-test decided where the file left it open. */
  readonly assumed: string
}

/**
 * Puts a model into its folder when it has found the boxes of its self-test picture, and not
 * before. The manifest is the switch: it is replaced in one step, so that a gateway that starts
 * meanwhile finds the old model whole or the new one. Throws `ModelRefused`.
 */
export async function addModel(offer: ModelOffer): Promise<AddedModel> {
  const [bytes, picture] = await Promise.all([readOwn(offer.file), readOwn(offer.picture)])
  const header = readOnnxHeader(bytes)
  const facts = await inspectModel(bytes, basename(offer.file))
  const { family, labels, drafts } = proposeManifest(facts, header.metadata, offer.hints)
  const sha256 = sha256Of(bytes)
  const kind = extname(offer.picture).toLowerCase() === '.png' ? 'png' : 'jpg'
  const names = {
    file: `model-${sha256.slice(0, 12)}.onnx`,
    picture: `self-test-${sha256Of(picture).slice(0, 12)}.${kind}`,
  }
  const manifests = drafts.map((draft) =>
    manifestOf(offer, draft, { family, labels, sha256, opset: header.opset, ...names }),
  )
  await mkdir(offer.folder, { recursive: true })
  await writeFile(join(offer.folder, names.file), bytes)
  await writeFile(join(offer.folder, names.picture), picture)
  try {
    const { manifest, assumed } = await proven(offer.folder, manifests, drafts)
    const before = await currentManifest(offer.folder)
    await install(offer.folder, manifest)
    await tidy(offer.folder, [manifest, before])
    const { name, version } = manifest
    return { name, version, sha256, folder: offer.folder, family, labels, assumed }
  } catch (cause) {
    await tidy(offer.folder, [await currentManifest(offer.folder)])
    // Only a folder that holds nothing goes.
    await rmdir(offer.folder).catch(() => {})
    throw cause
  }
}

interface Settled {
  readonly family: ModelManifest['family']
  readonly labels: readonly string[]
  readonly sha256: string
  readonly opset: number
  readonly file: string
  readonly picture: string
}

function manifestOf(offer: ModelOffer, draft: Draft, settled: Settled): ModelManifest {
  const { name, version, licence, products, skus, scoreMin } = offer
  const { family, labels, sha256, opset, file, picture } = settled
  const isProduct = (label: string) => products.includes('*') && label !== 'person'
  const counted = labels.filter((label) => isProduct(label) || products.includes(label))
  return checkManifest({
    name,
    version,
    ...(licence === undefined ? {} : { licence }),
    family,
    file,
    sha256,
    opset,
    input: draft.input,
    extraInputs: draft.extraInputs,
    outputs: draft.outputs,
    options: draft.options,
    labels,
    roles: Object.fromEntries(counted.map((label) => [label, 'product'])),
    skus,
    thresholds: { score: scoreMin, nmsIou: draft.nmsIou },
    // A model that names single products calls one item two things when it doubts.
    nms: Object.keys(skus).length > 0 ? 'across-labels' : 'per-label',
    selfTest: { picture, expect: offer.expect, minIou: offer.minIou },
  })
}

/** The one reading that passes the self-test. Throws `ModelRefused` for none and for several. */
async function proven(
  folder: string,
  manifests: readonly ModelManifest[],
  drafts: readonly Draft[],
): Promise<{ readonly manifest: ModelManifest; readonly assumed: string }> {
  const passed: { manifest: ModelManifest; assumed: string }[] = []
  const faults: string[] = []
  for (const [index, manifest] of manifests.entries()) {
    const assumed = drafts[index]?.assumed ?? ''
    const fault = await tryOut(folder, manifest)
    if (fault === null) passed.push({ manifest, assumed })
    else faults.push(assumed === '' ? fault : `with ${assumed}: ${fault}`)
  }
  const [only] = passed
  if (only && passed.length === 1) return only
  if (!only) throw new ModelRefused(faults.join('; '))
  throw new ModelRefused(
    `the self-test passes with ${passed.map(({ assumed }) => assumed).join(' and with ')}: say which`,
  )
}

const CANDIDATE = 'manifest.candidate.json'

async function tryOut(folder: string, manifest: ModelManifest): Promise<string | null> {
  await writeFile(join(folder, CANDIDATE), printed(manifest))
  try {
    const detector = await loadDetector(folder, CANDIDATE)
    await detector.close()
    return null
  } catch (cause) {
    if (cause instanceof ModelRefused) return cause.message
    throw cause
  } finally {
    await rm(join(folder, CANDIDATE), { force: true })
  }
}

/** Renaming is the one step that a reader sees whole or not at all. */
async function install(folder: string, manifest: ModelManifest): Promise<void> {
  const fresh = join(folder, 'manifest.next.json')
  await writeFile(fresh, printed(manifest), { flush: true })
  await rename(fresh, join(folder, 'manifest.json'))
}

/** Files of the model in use and of the one before stay: a process may be opening them. */
async function tidy(folder: string, used: readonly (ModelManifest | null)[]): Promise<void> {
  const kept = used.flatMap((manifest) =>
    manifest ? [manifest.file, manifest.selfTest.picture] : [],
  )
  for (const name of await readdir(folder))
    if (/^(model|self-test)-[0-9a-f]{12}\.\w+$/.test(name) && !kept.includes(name))
      await rm(join(folder, name), { force: true })
}

async function currentManifest(folder: string): Promise<ModelManifest | null> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => null)
  return text === null ? null : parseManifest(text)
}

async function readOwn(file: string): Promise<Buffer> {
  return await readFile(file).catch((cause: unknown) => {
    throw new ModelRefused(`${file} must be readable: ${String(cause)}`, { cause })
  })
}

function printed(manifest: ModelManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
