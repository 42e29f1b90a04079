import { textField } from '../json-values.ts'
import { TABLE_1021 } from './crc.ts'
import { hexOf, type ReadDraft } from './parts.ts'

/**
 * Gen2 air protocol: the CRC-16 over PC and EPC that a tag sends with its EPC (ISO/IEC 18000-63,
 * annex F: polynomial 1021, preset FFFF, inverted). A reader that passes it on lets us tell a
 * corrupted EPC from a strange one.
 */
export function gen2Crc(hex: string): number {
  let crc = 0xffff
  for (let index = 0; index < hex.length; index++) {
    const code = hex.charCodeAt(index)
    const nibble = code >= 97 ? code - 87 : code >= 65 ? code - 55 : code - 48
    crc = ((crc << 4) & 0xffff) ^ (TABLE_1021[(crc >> 12) ^ (nibble & 15)] ?? 0)
  }
  return crc ^ 0xffff
}

/** Adds PC, CRC and whether the CRC holds, as far as the reader reports them. */
export function addPcAndCrc(read: ReadDraft, pc: string | null, crc: string | null): void {
  const word = pc !== null && WORD.test(pc) ? pc.toUpperCase() : null
  const sum = crc !== null && WORD.test(crc) ? crc.toUpperCase() : null
  if (word !== null) read.pc = word
  if (sum !== null) read.crc = sum
  if (word !== null && sum !== null)
    read.crcHolds = gen2Crc(word + read.epc) === Number.parseInt(sum, 16)
}

/** TID and words of the tag; an access error arrives as text in their place and is left out. */
export function addMemory(read: ReadDraft, data: unknown): void {
  addPcAndCrc(read, textField(data, 'PC'), textField(data, 'CRC'))
  const tid = hexOf(textField(data, 'TID'))
  if (tid !== null) read.tid = tid
}

const WORD = /^[0-9A-Fa-f]{4}$/

/** What a PC word says about the EPC field (TDS 2.3, 9.2): length in bits, toggle, AFI. */
export interface ProtocolControl {
  readonly epcBits: number
  readonly userMemory: boolean
  readonly extended: boolean
  /** Toggle bit: the EPC field is no EPC but an ISO application (library, transport) with this AFI. */
  readonly afi: number | null
}

export function protocolControl(pc: string): ProtocolControl | null {
  if (!WORD.test(pc)) return null
  const word = Number.parseInt(pc, 16)
  return {
    epcBits: (word >> 11) * 16,
    userMemory: (word & 0x400) !== 0,
    extended: (word & 0x200) !== 0,
    afi: word & 0x100 ? word & 0xff : null,
  }
}
