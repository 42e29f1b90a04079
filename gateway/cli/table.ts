/** Aligned text for people; colour only where the reader has a terminal. */

export interface Paint {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly notable: (text: string) => string
}

const wrap = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`
const plain = (text: string) => text

export function paintFor(isTerminal: boolean): Paint {
  if (!isTerminal) return { bold: plain, dim: plain, good: plain, bad: plain, notable: plain }
  return { bold: wrap(1), dim: wrap(2), good: wrap(32), bad: wrap(31), notable: wrap(33) }
}

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
}

export interface Row {
  readonly cells: readonly string[]
  /** Painted as a whole, after the widths are known. */
  readonly paint?: (text: string) => string
  /** A line is drawn above: totals. */
  readonly ruled?: boolean
}

export function table(columns: readonly Column[], rows: readonly Row[], paint: Paint): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map(({ cells }) => cells[index]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? ''
        const width = widths[index] ?? 0
        return align === 'left' ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd()
  const rule = paint.dim(widths.map((width) => '─'.repeat(width)).join('──'))
  const head = paint.dim(line(columns.map(({ title }) => title)))
  const body = rows.flatMap(({ cells, paint: colour = plain, ruled = false }) => [
    ...(ruled ? [rule] : []),
    colour(line(cells)),
  ])
  return [head, rule, ...body].map((text) => `  ${text}`).join('\n')
}

/** `── Title ─────────` */
export function heading(title: string, paint: Paint): string {
  return `\n${paint.dim('──')} ${paint.bold(title)} ${paint.dim('─'.repeat(Math.max(4, 72 - title.length)))}\n`
}

/** 123456 minor units with two decimals: `1,234.56`. */
export function money(minor: string | bigint, decimals = 2): string {
  const value = BigInt(minor)
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ',')
  const cents = decimals > 0 ? `.${digits.slice(-decimals)}` : ''
  return `${value < 0n ? '-' : ''}${whole}${cents}`
}
