/** The name that a person signs answers with; remembered in the browser, only a convenience. */
const NAME = 'tallygate-name'

export function rememberedName() {
  try {
    return localStorage.getItem(NAME) ?? ''
  } catch {
    return ''
  }
}

export function rememberName(name) {
  try {
    localStorage.setItem(NAME, name)
  } catch {
    // Asked again next time, then.
  }
}

export const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
