import { post } from './api.js'
import { el, say } from './dom.js'
import { newKey, signer } from './signature.js'
import { whoMay } from './words.js'

/**
 * A form that tells the books something and shows, in the books' own words, why they refuse it.
 * `send` is given the name of who says it and `tell(command)`; what it throws is shown. Without
 * the right it is no form but a sentence that says who has it.
 */
export function commandForm(page, { id, kind, className = '', fields, buttons, send, onDone }) {
  if (!page.may(kind)) return el('p', { class: 'quiet small no-right' }, ...noRight(page, kind))
  const who = signer(page, `${id}-name`)
  const said = el('p', { class: 'failed', role: 'alert', hidden: true })
  const form = el(
    'form',
    { class: `command-form ${className}` },
    ...fields,
    who.field,
    el('div', { class: 'buttons' }, ...buttons),
    said,
  )
  const busy = (isBusy) => {
    for (const button of form.querySelectorAll('button')) button.disabled = isBusy
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    said.hidden = true
    busy(true)
    const actor = who.name()
    try {
      await send({ actor, button: event.submitter?.value, tell: teller(page, actor) })
      onDone()
    } catch (error) {
      said.hidden = false
      say(said, error.message)
      // A session may have ended meanwhile; then the form gives way to the way in.
      if (error.status === 401) page.resources.touch('session')
    }
    busy(false)
  })
  return form
}

/** One command under a key of its own, so that a lost answer books nothing twice. */
export function teller(page, actor) {
  return (command) => {
    const key = `page-${newKey()}`
    const at = new Date(page.nowMs()).toISOString()
    return post('commands', { id: key, actor, at, command }, key)
  }
}

/** Why a form is not shown, with the way to it. */
export function noRight(page, kind) {
  if (page.value('session') === null) return ['\u2026']
  if (page.mustSignIn())
    return [el('a', { href: '#account' }, 'Sign in'), ` to do this (${whoMay(kind)}).`]
  return [`Only ${whoMay(kind)} may do this.`]
}

export function field(label, input, className = '') {
  return el('div', { class: `field ${className}` }, el('label', { for: input.id }, label), input)
}

/** What makes a form with these facts another form: who is signed in, and what they may. */
export const rightsSign = (page) =>
  JSON.stringify([page.person(), page.value('session')?.may ?? null])
