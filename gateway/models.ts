import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The detector that ships, from the sources as from the compiled tree below `dist`. */
export const shippedModelFolder =
  ['../models/product-detector', '../../models/product-detector']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path)) ?? 'models/product-detector'
