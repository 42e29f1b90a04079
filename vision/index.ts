/** The door of vision. Importing it loads neither sharp nor ONNX Runtime. */
export type { ModelOffer } from './add-model.ts'
export { DatasetRefused } from './dataset.ts'
export {
  addModel,
  enrol,
  evaluateModel,
  listModels,
  measurePeople,
  type Names,
  type OpenModel,
  openModel,
  openRecogniser,
  peopleOf,
  type SeenPicture,
  verifyModel,
} from './desk.ts'
export { FAMILY_NAMES, type FamilyName, ModelRefused } from './model-manifest.ts'
export type { PeoplePicture, PeopleRecall } from './people-recall.ts'
export {
  blackOut,
  cropJpeg,
  decodePicture,
  drawBoxes,
  PictureRefused,
  rgbToJpeg,
  svgToJpeg,
  svgToPixels,
} from './picture.ts'
export { startVisionPool } from './pool.ts'
export { forgetPicture, GalleryRefused, listGallery } from './recognition/gallery-file.ts'
export type { Recogniser } from './recognition/recogniser.ts'
export {
  type EventState,
  lastEvents,
  noEvents,
  type ShelfEvent,
  stepEvents,
} from './shelf-events.ts'
export type * from './shelf-sample.ts'
export { type ShelfState, type ShelfStep, shelfDefaults, stepShelf } from './shelf-state.ts'
export type { VisionPool } from './vision-pool.ts'
