/** What a tag's bits say, or why they say nothing. */

export type ItemScheme = 'sgtin-96' | 'sgtin-198' | 'sgtin+' | 'sgtin++' | 'dsgtin+' | 'dsgtin++'
export type PieceScheme = 'itip-110' | 'itip-212' | 'itip+' | 'itip++'
export type KeyScheme =
  | 'sscc-96'
  | 'sscc+'
  | 'sscc++'
  | 'sgln-96'
  | 'sgln-195'
  | 'sgln+'
  | 'sgln++'
  | 'grai-96'
  | 'grai-170'
  | 'grai+'
  | 'grai++'
  | 'giai-96'
  | 'giai-202'
  | 'giai+'
  | 'giai++'
  | 'gsrn-96'
  | 'gsrn+'
  | 'gsrn++'
  | 'gsrnp-96'
  | 'gsrnp+'
  | 'gsrnp++'
  | 'gdti-96'
  | 'gdti-113'
  | 'gdti-174'
  | 'gdti+'
  | 'gdti++'
  | 'cpi-96'
  | 'cpi-var'
  | 'cpi+'
  | 'cpi++'
  | 'sgcn-96'
  | 'sgcn+'
  | 'sgcn++'
  | 'gid-96'
  | 'usdod-96'
  | 'adi-var'
export type EpcScheme = ItemScheme | PieceScheme | KeyScheme

/** GS1 key by its usual name; `gid`, `usdod` and `adi` are no GS1 keys. */
export type KeyName =
  | 'gtin'
  | 'itip'
  | 'sscc'
  | 'gln'
  | 'grai'
  | 'giai'
  | 'gsrn'
  | 'gsrnp'
  | 'gdti'
  | 'cpi'
  | 'sgcn'
  | 'gid'
  | 'usdod'
  | 'adi'

/** One element of extra data on the tag: GS1 application identifier and value. */
export interface Element {
  readonly ai: string
  readonly value: string
}

interface Decoded {
  readonly ok: true
  /** Packaging level hint, never more: the catalogue decides. Null where the scheme has none. */
  readonly filter: number | null
  /** Pure identity URN (TDS 6.3); '+' schemes have no company prefix length, so their link. */
  readonly uri: string
  /** GS1 Digital Link; null for what is no GS1 key. Never to be followed by itself. */
  readonly digitalLink: string | null
  /** Null in '+' schemes. */
  readonly companyPrefix: string | null
  readonly keyName: KeyName
  /** The whole key with check digit and serial part, as an element string carries it. */
  readonly key: string
  /** Dates, batch and so on that a '+' tag carries beside its identity. */
  readonly elements: readonly Element[]
  /** Host name of a '++' tag. */
  readonly host: string | null
}

/** A trade item with a serial: (gtin14, serial) is its identity, whatever the scheme. */
export interface ItemEpc extends Decoded {
  readonly scheme: ItemScheme
  readonly kind: 'item'
  readonly gtin14: string
  readonly serial: string
}

/** A piece of a trade item: never stock of its own. */
export interface PieceEpc extends Decoded {
  readonly scheme: PieceScheme
  readonly kind: 'piece'
  readonly gtin14: string
  readonly serial: string
}

export interface KeyEpc extends Decoded {
  readonly scheme: KeyScheme
  readonly kind:
    | 'logistic-unit'
    | 'location'
    | 'asset'
    | 'service'
    | 'document'
    | 'part'
    | 'coupon'
    | 'foreign'
  readonly gtin14: null
  /** Extension of a location, serial of an asset, document, part or coupon. */
  readonly serial: string | null
}

export type EpcRefusalCode =
  | 'not-hex'
  | 'cut-short'
  | 'unprogrammed'
  | 'tid-look-alike'
  | 'text-look-alike'
  | 'unknown-header'
  | 'bad-partition'
  | 'field-overflow'
  | 'bad-tail'
  | 'bad-serial'
  | 'bad-digit'
  | 'bad-check-digit'
  | 'bad-date'
  | 'bad-host'

export interface EpcRefusal {
  readonly ok: false
  readonly code: EpcRefusalCode
  readonly message: string
}

export type Epc = ItemEpc | PieceEpc | KeyEpc | EpcRefusal

export function refusedEpc(code: EpcRefusalCode, message: string): EpcRefusal {
  return { ok: false, code, message }
}
