import { alarmPictureUrl } from './api.js'
import { el } from './dom.js'

/** Whether a shelf crop stands beside an alarm; people on it are blacked out. */
export function hasPicture(page, alarm) {
  return (page.value('pictures')?.rows ?? []).some((row) => row.alarm === alarm)
}

/** Key of the picture beside a question: of a lesson the one thing that is to be learnt. */
export function pictureOf(page, { kind, key }) {
  // `teach/<sku>/<question>`
  const about = kind === 'teach-picture' ? key.split('/').slice(2).join('/') : key
  const wanted = kind === 'teach-picture' ? [`${about}#item`, about] : [about]
  return wanted.find((one) => hasPicture(page, one)) ?? null
}

export function alarmPicture(alarm, sku) {
  return el('img', {
    class: 'alarm-picture',
    src: alarmPictureUrl(alarm),
    alt: `The shelf of ${sku} at that moment`,
    loading: 'lazy',
  })
}
