/** The door of vision. */
export type { DroppedFrame } from './frame-queue.ts'
export type { FrameJob } from './inference-messages.ts'
export { type DrawnBox, drawBoxes, type JpegOptions, svgToJpeg } from './picture.ts'
export {
  startVisionPool,
  type VisionLog,
  type VisionPool,
  type VisionPoolOptions,
  type VisionStatus,
} from './pool.ts'
export type * from './shelf-sample.ts'
export { type ShelfState, type ShelfStep, shelfDefaults, stepShelf } from './shelf-state.ts'
export type { ShelfSettings, ZoneState } from './zone-state.ts'
