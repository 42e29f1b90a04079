import { el } from './dom.js'

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

/**
 * Who says it: whoever is signed in. Before the first login is given anybody may type a name,
 * which the books then hold to its roles.
 */
export function signer(page, id) {
  const person = page.person()
  if (person !== null) return { field: null, name: () => person }
  const input = el('input', {
    id,
    name: 'user',
    autocomplete: 'username',
    maxlength: 100,
    required: true,
    value: rememberedName(),
  })
  return {
    field: el('div', { class: 'field' }, el('label', { for: id }, 'Your name'), input),
    name() {
      const name = input.value.trim()
      rememberName(name)
      return name
    },
  }
}

export const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
