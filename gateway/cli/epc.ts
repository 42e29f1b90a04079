import { decodeEpc, type Epc, encodeEpc } from '../../sensors/index.ts'
import { complain, defineCommand, EXIT, print } from './command.ts'

export const epc = defineCommand(
  {
    about: "what a tag's EPC says, and the EPC of an identity (GS1 TDS 2.3)",
    usage: `
tallygate epc decode HEX... [--json]
tallygate epc encode URI... [--filter N] [--json]

decode takes the whole EPC field in hexadecimal. encode takes a pure identity (urn:epc:id:...),
a tag URI (urn:epc:tag:..., which brings its own filter) or a GS1 Digital Link (which becomes
a '+' scheme). --filter is 0 to 7; the default is 0, "all others".

Exit 0 when all could be read or written, 1 when one could not.`,
    options: {
      json: { type: 'boolean', default: false },
      filter: { type: 'string', default: '0' },
    },
  },
  ({ values, positionals: [verb, ...inputs] }) => {
    const filter = Number(values.filter)
    if ((verb !== 'decode' && verb !== 'encode') || inputs.length === 0) {
      complain('expected decode HEX... or encode URI...; see --help')
      return EXIT.usage
    }
    if (!Number.isInteger(filter) || filter < 0 || filter > 63) {
      complain(`expected --filter as a whole number, got "${values.filter}"`)
      return EXIT.usage
    }
    const rows = inputs.map((input) =>
      verb === 'decode' ? decodedRow(input) : encodedRow(input, filter),
    )
    if (values.json) print(JSON.stringify(rows, null, 2))
    else for (const row of rows) print(lineOf(row))
    return rows.every(({ ok }) => ok) ? EXIT.done : EXIT.refused
  },
)

/** Scheme names as the standard writes them: SGTIN-96, CPI-var, SGTIN++. */
const tdsName = (scheme: string) => scheme.toUpperCase().replace('-VAR', '-var')

function decodedRow(hex: string) {
  const decoded = decodeEpc(hex)
  if (!decoded.ok) return { hex: hex.toUpperCase(), ...decoded }
  const { scheme, filter, uri, digitalLink, kind, keyName, key, companyPrefix, gtin14, serial } =
    decoded
  return {
    hex: hex.toUpperCase(),
    ok: true as const,
    scheme: tdsName(scheme),
    filter,
    uri,
    digitalLink,
    kind,
    ...(gtin14 === null ? { [keyName]: key } : { gtin14 }),
    // A location's serial part is called its extension.
    ...(serial === null ? {} : keyName === 'gln' ? { extension: serial } : { serial }),
    ...(companyPrefix === null ? {} : { companyPrefix }),
    ...extras(decoded),
  }
}

function encodedRow(uri: string, filter: number) {
  const encoded = encodeEpc(uri, filter)
  return encoded.ok ? { uri, ...encoded, scheme: tdsName(encoded.scheme) } : { uri, ...encoded }
}

function extras({ elements, host, keyName, key }: Extract<Epc, { ok: true }>) {
  const date = elements.find(({ ai }) => ['11', '13', '15', '16', '17'].includes(ai))
  return {
    ...(keyName === 'itip' ? { piece: key.slice(14, 16), total: key.slice(16) } : {}),
    ...(date ? { date } : {}),
    ...(elements.length > 0 ? { elements } : {}),
    ...(host === null ? {} : { host }),
  }
}

type Row = ReturnType<typeof decodedRow> | ReturnType<typeof encodedRow>

function lineOf(row: Row): string {
  if (!row.ok) return `${'hex' in row ? row.hex : row.uri}  refused: ${row.code}: ${row.message}`
  return `${row.hex}  ${row.scheme}  ${row.uri}`
}
