import type { ModelManifest } from './model-manifest.ts'
import type { Blanking, Box, Detection } from './shelf-sample.ts'

/**
 * Which parts of a picture hold people, before it may leave memory. A box of a detector stops
 * where the sleeve does and cuts a fingertip, so it is widened.
 */
const WIDEN_SHARE = 0.2
const WIDEN_PIXELS = 24
/** Below the model's threshold by this factor it may still be a person: black costs nothing. */
const PERSON_SHARE = 0.4
/** Of person and hand pixels on the model's named set; a model that was not measured shows nothing. */
const PERSON_RECALL_MIN = 0.95

/** What to black out; `traces` are a model's detections down to weak ones. Pure. */
export function planBlanking(
  traces: readonly Detection[],
  { privacy, thresholds }: Pick<ModelManifest, 'privacy' | 'thresholds'>,
): Blanking {
  if (!privacy)
    return { kind: 'withhold', reason: 'the model was never measured on people and hands' }
  if (privacy.personPixelRecall < PERSON_RECALL_MIN)
    return {
      kind: 'withhold',
      reason: `the model must find ${PERSON_RECALL_MIN} of person pixels on ${privacy.set}, found ${privacy.personPixelRecall}`,
    }
  return { kind: 'blank', boxes: peopleBoxes(traces, thresholds) }
}

/** The widened boxes of everything that may be a person, whether or not the model is to be trusted. Pure. */
export function peopleBoxes(
  traces: readonly Detection[],
  thresholds: ModelManifest['thresholds'],
): Box[] {
  return traces
    .filter(({ role, score }) => role === 'person' && score >= PERSON_SHARE * thresholds.score)
    .map(({ box }) => widened(box))
}

export function widened({ x, y, width, height }: Box): Box {
  const [dx, dy] = [WIDEN_SHARE * width + WIDEN_PIXELS, WIDEN_SHARE * height + WIDEN_PIXELS]
  return { x: x - dx, y: y - dy, width: width + 2 * dx, height: height + 2 * dy }
}
