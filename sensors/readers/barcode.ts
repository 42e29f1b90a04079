import { readScan, SCAN_CHARS_MAX } from '../barcode/scan.ts'
import type { MeasureRule } from '../barcode/variable-measure.ts'
import { decodeEpc } from '../epc/epc.ts'
import type { Collected, Decoded } from '../tag-read.ts'
import { nothingYet } from '../tag-read.ts'
import { deviceEvent, hexOf } from './parts.ts'

/**
 * Line-based barcode scanners, serial or keyboard: one scan a line, ended by CR, LF or both. A
 * line that is a whole EPC in hexadecimal comes from an RFID wedge and is a read.
 */
export function decodeBarcodeLines(
  device: string,
  payload: Uint8Array,
  rules: readonly MeasureRule[] = [],
): Decoded {
  const into = nothingYet()
  let from = 0
  for (let at = 0; at <= payload.length; at++) {
    const isEnd = at === payload.length || payload[at] === 13 || payload[at] === 10
    if (!isEnd) continue
    if (at > from) takeLine(device, { payload, from, to: at }, rules, into)
    from = at + 1
    if (into.refused.length >= REFUSED_MAX) break
  }
  return into
}

/** Unreadable lines told one by one; a message with more is no scanner's. */
const REFUSED_MAX = 100
/** Scanners send ASCII or Latin-1; a wrong guess of letters harms no number. */
const TEXT = new TextDecoder('latin1')
const EPC_DIGITS_MIN = 24

interface Line {
  readonly payload: Uint8Array
  readonly from: number
  readonly to: number
}

function takeLine(
  device: string,
  { payload, from, to }: Line,
  rules: readonly MeasureRule[],
  into: Collected,
): void {
  const line = trimmed(TEXT.decode(payload.subarray(from, Math.min(to, from + SCAN_CHARS_MAX + 1))))
  if (line === '') return
  const epc = line.length >= EPC_DIGITS_MIN ? hexOf(line) : null
  if (epc !== null && decodeEpc(epc).ok) {
    into.reads.push({
      device,
      antenna: 0,
      epc,
      atMs: null,
      atText: '',
      rssiCdbm: null,
      eventNumber: null,
      count: 1,
    })
    return
  }
  const scan = readScan(line, '', rules)
  if (scan.ok) into.events.push(deviceEvent(device, 'scan', null, scan.text, { scan }))
  else into.refused.push({ offset: from, code: scan.code, message: scan.message })
}

/** Without the STX, ETX and spaces that some scanners put around a line; GS inside stays. */
function trimmed(line: string): string {
  const isFrame = (at: number) => [2, 3, 32].includes(line.charCodeAt(at))
  let [from, to] = [0, line.length]
  while (from < to && isFrame(from)) from += 1
  while (to > from && isFrame(to - 1)) to -= 1
  return line.slice(from, to)
}
