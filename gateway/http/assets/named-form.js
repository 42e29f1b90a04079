import { el } from './dom.js'

/** Questions about what a camera sees. */
export const OF_A_PICTURE = new Set([
  'shelf-stranger',
  'shelf-uncertain',
  'shelf-put-without-source',
])

/** Nothing moved, but somebody knows what it is; the picture is proposed for the gallery. */
export function namedForm(page, { id, sku }, give) {
  const others = (page.value('skus')?.rows ?? []).filter((row) => row.sku !== sku)
  const choice = el(
    'select',
    { id: `named-${id}` },
    ...others.map((row) => el('option', { value: row.sku }, row.name)),
  )
  const button = el('button', { type: 'submit', class: 'plain' }, 'That is what it is')
  const form = el(
    'form',
    { class: 'said-form' },
    el('div', { class: 'field' }, el('label', { for: choice.id }, 'It is'), choice),
    el(
      'p',
      { class: 'small' },
      'Books nothing. Its picture is proposed for the gallery; a second answer has to approve that.',
    ),
    el('div', { class: 'buttons' }, button),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void give('correct', { said: [{ sku: choice.value, because: 'named' }] })
  })
  return el('details', { class: 'said' }, el('summary', {}, 'The camera saw another product'), form)
}
