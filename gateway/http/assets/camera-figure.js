import { pictureUrl } from './api.js'
import { el, svg } from './dom.js'

/** One camera's latest picture under its boxes: places first, then what was detected in them. */
export function createCameraFigure({ camera, width, height, zones, synthetic }) {
  const picture = el('img', { alt: '', width, height, hidden: true })
  const places = svg('g', { class: 'places' })
  const boxes = svg('g', { class: 'boxes' })
  const note = el('p', { class: 'picture-note quiet' }, 'Waiting for the first picture\u2026')
  const element = el(
    'div',
    { class: 'picture' },
    picture,
    svg(
      'svg',
      { viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true', class: 'overlay' },
      places,
      boxes,
    ),
    note,
  )
  // CSSOM, not a style attribute: the policy refuses those.
  element.style.aspectRatio = `${width} / ${height}`
  for (const { slots } of zones) for (const { box } of slots) places.append(rectOf(plainBox(box)))

  let shownAtMs = null
  const show = (frame) => {
    boxes.replaceChildren(...frame.detections.flatMap((detection) => boxOf(detection)))
    note.hidden = synthetic
    if (!synthetic) note.textContent = 'Real pictures stay hidden until people in them are blanked.'
  }
  const swap = async (frame) => {
    const next = el('img', { alt: '', width, height })
    next.src = pictureUrl(camera, frame.atMs)
    try {
      // Picture and boxes change together, without a blink in between.
      await next.decode()
    } catch {
      if (shownAtMs === frame.atMs) {
        show(frame)
        note.hidden = false
        note.textContent = 'The picture could not be read; these are its boxes.'
      }
      return
    }
    if (shownAtMs !== frame.atMs) return
    element.querySelector('img').replaceWith(next)
    show(frame)
  }
  return {
    element,
    render(frame) {
      if (frame === null) return
      if (frame.none) {
        note.textContent = 'No picture since the gateway started.'
        return
      }
      if (frame.atMs === shownAtMs) return
      shownAtMs = frame.atMs
      if (synthetic) void swap(frame)
      else show(frame)
    },
  }
}

function boxOf({ label, role, score, box }) {
  const rect = rectOf(box)
  rect.setAttribute('class', role === 'person' ? 'person' : 'product')
  rect.append(svg('title', {}, `${label}, ${Math.round(score * 100)} %`))
  if (role !== 'person') return [rect]
  return [rect, svg('text', { x: box.x + 10, y: box.y + 30, class: 'person-word' }, 'person')]
}

const rectOf = ({ x, y, width, height }) => svg('rect', { x, y, width, height, rx: 6 })

/** The configuration writes a box as four numbers, a detection by name. */
export function plainBox(box) {
  if (!Array.isArray(box)) return box
  const [x, y, width, height] = box
  return { x, y, width, height }
}

/** How many of a zone's places have a product's middle in them. */
export function filledPlaces({ slots }, detections) {
  const middles = detections
    .filter(({ role }) => role !== 'person')
    .map(({ box }) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 }))
  return slots.filter(({ box }) => {
    const { x, y, width, height } = plainBox(box)
    return middles.some(
      (middle) => middle.x >= x && middle.x <= x + width && middle.y >= y && middle.y <= y + height,
    )
  }).length
}
