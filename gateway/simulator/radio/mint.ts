import type { Good } from '../catalogue.ts'

/** Programs a tag: EPC (upper-case hex) and its serial, for the n-th unit of a good. */
export type EpcMint = (good: Good, number: number) => { epc: string; serial: string }

/** SGTIN-96 with serials as a tag printer gives them out: rising, with gaps by the seed. */
export function createMint(seed: number): EpcMint {
  const start = 1_000 + (Math.abs(Math.trunc(seed)) % 90_000)
  return (good, number) => {
    const serial = start + number * 3
    return { epc: sgtin96(good, BigInt(serial)), serial: String(serial) }
  }
}

const PARTITION: Record<number, [number, bigint, bigint]> = {
  6: [6, 20n, 24n],
  7: [5, 24n, 20n],
  8: [4, 27n, 17n],
}
function sgtin96({ gtin14, companyPrefix }: Good, serial: bigint): string {
  const part = PARTITION[companyPrefix.length]
  if (!part) throw new RangeError('prefix')
  const item = gtin14[0] + gtin14.slice(1 + companyPrefix.length, 13)
  let v = 0x30n
  v = (v << 3n) | 1n
  v = (v << 3n) | BigInt(part[0])
  v = (v << part[1]) | BigInt(companyPrefix)
  v = (v << part[2]) | BigInt(item)
  v = (v << 38n) | serial
  return v.toString(16).toUpperCase().padStart(24, '0')
}
