import { measurePeople, type PeopleRecall, peopleOf } from '../../vision/index.ts'
import { armPictures, RENDERED_ARMS } from '../simulator/arm-pictures.ts'
import { print } from './command.ts'

/** How many of the worst pictures are named. */
const WORST_SHOWN = 3

/** Which share of the pixels of people a model blacks out: on rendered arms, or on a labelled set. */
export async function printPeopleRecall(
  modelFolder: string,
  dataset: string | undefined,
  asJson: boolean,
): Promise<void> {
  const set = dataset ?? RENDERED_ARMS
  const pictures = dataset === undefined ? armPictures() : peopleOf(dataset)
  const measured = await measurePeople(modelFolder, pictures)
  if (asJson) print(JSON.stringify({ set, ...measured }, null, 2))
  else for (const line of linesOf(set, measured)) print(line)
}

function linesOf(set: string, { pictures, personPixels, recall, lost, each }: PeopleRecall) {
  const whole = each.filter((picture) => picture.recall >= 0.95).length
  const worst = each.slice(0, WORST_SHOWN).filter((picture) => picture.recall < 0.95)
  return [
    `${set}: ${pictures} pictures, ${personPixels} sampled pixels of people`,
    `black: ${recall.toFixed(3)} of them, and ${lost.toFixed(3)} of everything else; at least 0.95 in ${whole} pictures`,
    ...worst.map((picture) => `least in ${picture.name}: ${picture.recall.toFixed(3)}`),
  ]
}
