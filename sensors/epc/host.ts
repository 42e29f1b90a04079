import { bitsOf } from './bits.ts'
import { type Cursor, code40Bits, take, takeCode40 } from './plus-text.ts'

/**
 * Host name of a '++' tag, TDS 2.3 annex: one bit (1: seven-bit codes, 0: URN Code 40), six bits
 * of count, then the codes. Some seven-bit codes stand for a common beginning or ending, and the
 * four lowest open a second code: country and compound endings in alphabetical order.
 */
const SHORT: Readonly<Record<number, string>> = {
  30: 'qr.',
  31: 'www.',
  32: 'id.',
  91: '.com',
  92: '.org',
  93: '.net',
  94: '.int',
  96: '.edu',
  123: '.gov',
  124: '.mil',
  125: '.biz',
  126: '.eco',
  127: '.med',
}
const words = (text: string) => text.split(' ').map((ending) => `.${ending}`)
const LONG: readonly (readonly string[])[] = [
  words(
    'ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo bq br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li',
  ),
  words(
    'lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw',
  ),
  words(
    'com.au net.au org.au co.at com.bd co.bd com.br net.br co.nz com.ng com.pk co.in com.in co.il co.jp co.za co.kr com.es com.lk co.th co.tt com.tt com.tr biz.tr com.ua co.uk co.zm com.zm com.cn org.cn net.cn gov.cn',
  ),
  words('tech'),
]

/** Labels of letters, digits and hyphens: what a name server would take. */
const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/

export function takeHost(cursor: Cursor): string | null {
  const ascii = take(cursor, 1)
  const count = take(cursor, 6)
  if (ascii === null || count === null || count === 0) return null
  const text = ascii === 1 ? takeCodes(cursor, count) : takeCode40(cursor, count)
  const host = text?.toLowerCase() ?? ''
  return HOST.test(host) ? host : null
}

function takeCodes(cursor: Cursor, count: number): string | null {
  let text = ''
  for (let index = 0; index < count; index++) {
    const code = take(cursor, 7)
    if (code === null) return null
    const table = LONG[code]
    if (table) {
      const ending = take(cursor, 7)
      index += 1
      if (ending === null || table[ending] === undefined) return null
      text += table[ending]
    } else text += SHORT[code] ?? (code > 32 ? String.fromCharCode(code) : '\0')
  }
  return text
}

export function hostBits(host: string): string | null {
  if (!HOST.test(host)) return null
  const codes: number[] = []
  for (let at = 0; at < host.length; ) {
    const [length, found] = longestCode(host, at)
    codes.push(...found)
    at += length
  }
  if (codes.length > 63)
    return host.length > 63 ? null : `0${bitsOf(host.length, 6)}${code40Bits(host.toUpperCase())}`
  return `1${bitsOf(codes.length, 6)}${codes.map((code) => bitsOf(code, 7)).join('')}`
}

/** The longest run at `at` that a code stands for, and its codes. */
function longestCode(host: string, at: number): [number, number[]] {
  let best: [number, number[]] = [1, [host.charCodeAt(at)]]
  const offer = (text: string, codes: number[]) => {
    if (text.length > best[0] && host.startsWith(text, at)) best = [text.length, codes]
  }
  for (const [code, text] of Object.entries(SHORT)) offer(text, [Number(code)])
  LONG.forEach((table, first) => {
    table.forEach((text, second) => {
      offer(text, [first, second])
    })
  })
  return best
}
