/** The door of vision. Importing it loads neither sharp nor ONNX Runtime. */
export { drawBoxes, svgToJpeg } from './picture.ts'
export { startVisionPool, type VisionPool } from './pool.ts'
export type * from './shelf-sample.ts'
export { type ShelfState, shelfDefaults, stepShelf } from './shelf-state.ts'
