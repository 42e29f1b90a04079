import { readFile } from 'node:fs/promises'
import { enrol } from '../../vision/index.ts'
import { formatFault, loadConfig } from '../config/load.ts'
import { dataFolderAt } from '../data-folder.ts'
import { shippedEmbedderFolder } from '../models.ts'
import { complain, defineCommand, EXIT, print } from './command.ts'
import { isVisionRefusal } from './vision-refusal.ts'

export const enroll = defineCommand(
  {
    about: 'teach what a product looks like, from one to five pictures, without training',
    usage: `
tallygate enroll SKU IMAGE... [--gallery FILE | --config FILE] [--embedder DIR] [--json]

Adds the pictures to the gallery: the catalogue picture and photographs of the pack, each with the
pack filling most of the frame. Says which other SKU looks most alike.

  --gallery FILE   where the gallery is kept (default: gallery.json in the data folder of --config)
  --config FILE    the store's configuration
  --embedder DIR   model that compares; default: the one that ships

Exit 1 when a picture, the gallery or the model is refused.`,
    options: {
      gallery: { type: 'string' },
      config: { type: 'string' },
      embedder: { type: 'string', default: shippedEmbedderFolder },
      json: { type: 'boolean', default: false },
    },
  },
  async ({ values, positionals: [sku, ...images] }) => {
    if (sku === undefined || images.length === 0) {
      complain('expected SKU IMAGE...; see --help')
      return EXIT.usage
    }
    const gallery = values.gallery ?? galleryOf(values.config)
    if (gallery === null) return EXIT.usage
    try {
      const pictures = await Promise.all(images.map((image) => readFile(image)))
      const done = await enrol({ modelFolder: values.embedder, gallery, sku, pictures })
      if (values.json) print(JSON.stringify(done, null, 2))
      else {
        const { nearestOther: near } = done
        print(`${sku}: ${done.added} pictures added, ${done.pictures} in all; ${gallery}`)
        if (near) print(`most alike: ${near.sku}, cosine ${near.similarity.toFixed(2)}`)
      }
      return EXIT.done
    } catch (cause) {
      if (!isVisionRefusal(cause)) throw cause
      complain(cause.message)
      return EXIT.refused
    }
  },
)

function galleryOf(config: string | undefined): string | null {
  if (config === undefined) {
    complain('expected --gallery FILE or --config FILE; see --help')
    return null
  }
  const loaded = loadConfig(config)
  if (loaded.ok) return dataFolderAt(loaded.config.dataFolder).galleryFile
  for (const fault of loaded.faults) complain(formatFault(fault))
  return null
}
