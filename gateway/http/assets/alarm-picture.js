import { alarmPictureUrl } from './api.js'
import { el } from './dom.js'

/** Whether a shelf crop stands beside an alarm; people on it are blacked out. */
export function hasPicture(page, alarm) {
  return (page.value('pictures')?.rows ?? []).some((row) => row.alarm === alarm)
}

export function alarmPicture(alarm, sku) {
  return el('img', {
    class: 'alarm-picture',
    src: alarmPictureUrl(alarm),
    alt: `The shelf of ${sku} at that moment`,
    loading: 'lazy',
  })
}
