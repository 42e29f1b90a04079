/**
 * Lines on which the rows of a JSON text begin, in their order: objects of a list that is the
 * whole text or stands directly in its object. JSON.parse keeps no places; what is given here has
 * been parsed by it, so only strings and brackets need to be told apart.
 */
export function jsonRowLines(text: string): number[] {
  const lines: number[] = []
  let open = ''
  let line = 1
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]|\r\n|\n|\r/g)) {
    if (token === '{' && (open === '[' || open === '{[')) lines.push(line)
    if (token === '{' || token === '[') open += token
    else if (token === '}' || token === ']') open = open.slice(0, -1)
    else if (!token.startsWith('"')) line += 1
  }
  return lines
}
