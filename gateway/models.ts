import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The models that ship, from the sources as from the compiled tree below `dist`. */
export const shippedModelFolder = shipped('product-detector')
export const shippedEmbedderFolder = shipped('product-embedder')

function shipped(name: string): string {
  const places = [`../models/${name}`, `../../models/${name}`].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  )
  return places.find((path) => existsSync(path)) ?? `models/${name}`
}
