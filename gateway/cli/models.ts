import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  addModel,
  evaluateModel,
  FAMILY_NAMES,
  type FamilyName,
  listModels,
  type ModelOffer,
  verifyModel,
} from '../../vision/index.ts'
import { shippedEmbedderFolder, shippedModelFolder } from '../models.ts'
import { complain, defineCommand, EXIT, print } from './command.ts'
import { printPeopleRecall } from './model-people.ts'
import { isVisionRefusal } from './vision-refusal.ts'

const USAGE = `
tallygate models list [--folder DIR] [--json]
tallygate models verify [MODEL-DIR...] [--json]
tallygate models add FILE.onnx --name NAME --picture FILE --expect "LABEL X Y WIDTH HEIGHT"...
tallygate models evaluate MODEL-DIR DATASET [--min-score S] [--ignore-labels] [--json]
tallygate models people MODEL-DIR [DATASET] [--json]

list      the model folders below DIR (default: where the shipped detector lives)
verify    each model's digest, names, shapes and self-test boxes (default: those that ship)
add       recognises how the file wants to be fed and read, lets it look at your picture and takes
          it only if it finds the boxes you name; a model already in that folder stays until then.
          Fifteen families: YOLOv5, v8, 11, v10, 26, YOLOX, YOLO-NAS, RT-DETR, D-FINE, DEIM, DETR,
          RF-DETR, SSD, NanoDet, PicoDet, FastestDet, mmdeploy
evaluate  AP50, AP75, AP50:95, recall, count error and milliseconds on a labelled set: a YOLO folder
          (images/, labels/, data.yaml), a COCO .json or a VOC folder (Annotations/)
people    which share of the pixels of people and hands would be blacked out: on rendered arms, or
          on a set with the label person, hand or arm (outlines count where it draws them)

Exit 1 when a model is refused.

  --folder DIR        add: the new folder is DIR/NAME
  --name NAME         small letters, digits and "-"
  --picture FILE      a picture of yours on which you know where things stand
  --expect TEXT       label and box in pixels of the upright picture; once per thing
  --min-iou N         how well a found box must cover the expected one (default 0.6)
  --min-score S       the threshold to work with (add: default 0.4)
  --products A,B      labels to be counted, "*" for all but person; "product" always is
  --skus A=SKU,B=SKU  labels that are single products
  --labels A,B|FILE   class names in the model's order, where the file does not hold them
  --size WxH          input size, where the file leaves it open
  --family NAME       where the outputs fit several
  --boxes raw|decoded, --activation sigmoid|softmax, --background none|first|last
                      where the self-test cannot decide
  --licence TEXT      kept in the manifest
  --version TEXT      kept in the manifest (default 1)`

export const models = defineCommand(
  {
    about: 'list, verify, add and judge detection models',
    usage: USAGE,
    options: {
      folder: { type: 'string', default: dirname(shippedModelFolder) },
      name: { type: 'string' },
      picture: { type: 'string' },
      expect: { type: 'string', multiple: true, default: [] },
      'min-iou': { type: 'string', default: '0.6' },
      'min-score': { type: 'string' },
      products: { type: 'string', default: '' },
      skus: { type: 'string', default: '' },
      labels: { type: 'string' },
      size: { type: 'string' },
      family: { type: 'string' },
      boxes: { type: 'string' },
      activation: { type: 'string' },
      background: { type: 'string' },
      licence: { type: 'string' },
      version: { type: 'string', default: '1' },
      'ignore-labels': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  },
  async ({ values, positionals: [verb, ...given] }) => {
    const work = { list, verify, add, evaluate, people }[verb ?? '']
    if (!work) {
      complain('expected "list", "verify", "add", "evaluate" or "people"; see --help')
      return EXIT.usage
    }
    try {
      return await work(values, given)
    } catch (cause) {
      if (cause instanceof UsedWrongly) {
        complain(`${cause.message}; see --help`)
        return EXIT.usage
      }
      if (!isVisionRefusal(cause)) throw cause
      complain(cause.message)
      return EXIT.refused
    }
  },
)

const SHIPPED = [shippedModelFolder, shippedEmbedderFolder]

class UsedWrongly extends Error {}

type Values = Readonly<Record<string, string | boolean | string[] | undefined>>

async function list(values: Values): Promise<number> {
  const listed = await listModels(textOf(values['folder']))
  if (values['json']) print(JSON.stringify(listed, null, 2))
  else
    for (const { folder, name, version, family, labels, fault } of listed)
      print(
        fault === null
          ? `${folder}  ${name} ${version}  ${family}  ${labels.length} labels`
          : `${folder}  ${fault}`,
      )
  return listed.every(({ fault }) => fault === null) ? EXIT.done : EXIT.refused
}

async function verify(values: Values, folders: string[]): Promise<number> {
  const reports = []
  for (const folder of folders.length > 0 ? folders : SHIPPED) {
    const fault = await verifyOne(folder)
    reports.push({ folder, ok: fault === null, fault })
    if (!values['json'] && fault === null) print(`${folder}: passed its self-test`)
    if (!values['json'] && fault !== null) complain(`${folder}: ${fault}`)
  }
  if (values['json']) print(JSON.stringify(reports, null, 2))
  return reports.every(({ ok }) => ok) ? EXIT.done : EXIT.refused
}

async function verifyOne(folder: string): Promise<string | null> {
  try {
    await verifyModel(folder)
    return null
  } catch (cause) {
    if (isVisionRefusal(cause)) return cause.message
    throw cause
  }
}

async function add(values: Values, [file]: string[]): Promise<number> {
  const added = await addModel(await offerOf(values, file))
  if (values['json']) print(JSON.stringify(added, null, 2))
  else {
    const how = added.assumed === '' ? '' : ` (${added.assumed})`
    print(
      `${added.folder}: ${added.name} ${added.version}, family ${added.family}${how}, ${added.labels.length} labels; passed its self-test`,
    )
    print(`to use it, write into the configuration:  modelFolder: ${added.folder}`)
  }
  return EXIT.done
}

async function offerOf(values: Values, file: string | undefined): Promise<ModelOffer> {
  const { name, picture, licence } = values
  const expected = values['expect']
  if (file === undefined || typeof picture !== 'string' || !Array.isArray(expected))
    throw new UsedWrongly('expected a FILE, --picture and --expect')
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9-]{0,63}$/.test(name))
    throw new UsedWrongly('expected --name of small letters, digits and "-"')
  return {
    file,
    folder: join(textOf(values['folder']), name),
    name,
    version: textOf(values['version']),
    ...(typeof licence === 'string' ? { licence } : {}),
    picture,
    expect: expected.map(expectedBox),
    minIou: shareOf(values['min-iou'], 0.6),
    scoreMin: shareOf(values['min-score'], 0.4),
    products: listOf(values['products']),
    skus: Object.fromEntries(listOf(values['skus']).map(pairOf)),
    hints: await hintsOf(values),
  }
}

async function hintsOf(values: Values): Promise<ModelOffer['hints']> {
  const { family, size, labels } = values
  const hints = {
    family: oneOf<FamilyName>(family, FAMILY_NAMES, '--family'),
    boxes: oneOf(values['boxes'], ['raw', 'decoded'] as const, '--boxes'),
    activation: oneOf(values['activation'], ['sigmoid', 'softmax'] as const, '--activation'),
    background: oneOf(values['background'], ['none', 'first', 'last'] as const, '--background'),
    size: typeof size === 'string' ? sizeOf(size) : undefined,
    labels: typeof labels === 'string' ? await labelsOf(labels) : undefined,
  }
  return Object.fromEntries(Object.entries(hints).filter(([, value]) => value !== undefined))
}

/** A file with one name a line, or the names themselves. */
async function labelsOf(text: string): Promise<string[]> {
  const lines = await readFile(text, 'utf8').catch(() => null)
  if (lines === null) return text.split(',')
  return lines.replace(/\n$/, '').split(/\r?\n/)
}

function expectedBox(text: string): ModelOffer['expect'][number] {
  const match = /^(.+?)((?:\s+\d+(?:\.\d+)?){4})$/.exec(text.trim())
  const [x, y, width, height] = (match?.[2] ?? '').trim().split(/\s+/).map(Number)
  if (!match?.[1] || x === undefined || y === undefined || !width || !height)
    throw new UsedWrongly(`expected --expect "LABEL X Y WIDTH HEIGHT", got "${text}"`)
  return { label: match[1], box: [x, y, width, height] }
}

async function evaluate(values: Values, [model, dataset]: string[]): Promise<number> {
  if (model === undefined || dataset === undefined)
    throw new UsedWrongly('expected MODEL-DIR and DATASET')
  const scoreMin = values['min-score']
  const report = await evaluateModel({
    modelFolder: model,
    dataset,
    ignoreLabels: values['ignore-labels'] === true,
    ...(scoreMin === undefined ? {} : { scoreMin: shareOf(scoreMin, 0) }),
  })
  if (values['json']) {
    print(JSON.stringify(report, null, 2))
    return EXIT.done
  }
  const share = (value: number) => value.toFixed(3)
  print(`${report.pictures} pictures, ${report.boxes} boxes, labels ${report.labels.join(', ')}`)
  print(
    `AP50 ${share(report.ap50)}   AP75 ${share(report.ap75)}   AP50:95 ${share(report.ap50to95)}`,
  )
  print(
    `at score ${report.scoreMin}: recall ${share(report.recall)}, precision ${share(report.precision)}, count error ${report.countError.toFixed(2)} of ${report.meanCount.toFixed(1)} a picture`,
  )
  print(
    `median per picture: decoding ${report.decodeMs.toFixed(1)} ms, model ${report.detectMs.toFixed(1)} ms`,
  )
  return EXIT.done
}

async function people(values: Values, [model, dataset]: string[]): Promise<number> {
  if (model === undefined) throw new UsedWrongly('expected MODEL-DIR')
  await printPeopleRecall(model, dataset, values['json'] === true)
  return EXIT.done
}

function oneOf<T extends string>(
  value: Values[string],
  known: readonly T[],
  option: string,
): T | undefined {
  if (value === undefined) return undefined
  const found = known.find((one) => one === value)
  if (!found) throw new UsedWrongly(`expected ${option} ${known.join('|')}, got "${value}"`)
  return found
}

function sizeOf(text: string): [number, number] {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? []
  if (width === undefined || height === undefined)
    throw new UsedWrongly(`expected --size WxH, got "${text}"`)
  return [Number(width), Number(height)]
}

function shareOf(value: Values[string], otherwise: number): number {
  if (value === undefined) return otherwise
  const share = Number(value)
  if (share >= 0 && share <= 1) return share
  throw new UsedWrongly(`expected a number of 0 to 1, got "${value}"`)
}

function pairOf(text: string): [string, string] {
  const [, label, sku] = /^(.+?)=(.+)$/.exec(text) ?? []
  if (label === undefined || sku === undefined)
    throw new UsedWrongly(`expected --skus LABEL=SKU, got "${text}"`)
  return [label, sku]
}

const textOf = (value: Values[string]) => (typeof value === 'string' ? value : '')
const listOf = (value: Values[string]) =>
  textOf(value)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
