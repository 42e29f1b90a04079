import { post } from './api.js'
import { field } from './command-form.js'
import { el, keep, say } from './dom.js'
import { newKey, rememberedName, rememberName } from './signature.js'
import { ROLES } from './words.js'

/** Signing in and out, and the own password. */
export function createAccountView(page) {
  const holder = el('div', { class: 'narrow' })
  const refresh = () => {
    page.resources.touch('session')
    page.resources.touch('people')
  }
  return {
    title: 'Signing in',
    element: holder,
    needs: () => ['session'],
    render() {
      const session = page.value('session')
      if (session === null) return
      keep(holder, [session], {
        key: ({ person, signInNeeded }) => `${person}/${signInNeeded}`,
        signature: ({ roles }) => roles.join(),
        create: () => cardOf(session, refresh),
      })
    },
  }
}

function cardOf(session, refresh) {
  if (session.person !== null) return signedIn(session, refresh)
  return session.signInNeeded ? signInForm(refresh) : nobodyYet()
}

function nobodyYet() {
  return el(
    'div',
    { class: 'empty left' },
    el('p', {}, el('b', {}, 'Nobody can sign in yet.')),
    el(
      'p',
      {},
      'Until then anybody at this machine may act under any name. The first login is given in a terminal:',
    ),
    el('pre', { tabindex: '0' }, 'tallygate user add NAME --role admin --config FILE'),
    el('p', {}, 'All others can then be given theirs here, under Books, People.'),
  )
}

function signInForm(refresh) {
  const name = el('input', {
    id: 'sign-in-name',
    autocomplete: 'username',
    autocapitalize: 'none',
    required: true,
    maxlength: 200,
    value: rememberedName(),
  })
  const password = el('input', {
    id: 'sign-in-password',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
  })
  return asking(
    [field('Name', name), field('Password', password)],
    'Sign in',
    async () => {
      const person = name.value.trim()
      await post('sign-in', { person, password: password.value }, newKey())
      rememberName(person)
    },
    refresh,
  )
}

function signedIn({ person, roles }, refresh) {
  const out = el('button', { type: 'button', class: 'plain' }, 'Sign out')
  out.addEventListener('click', async () => {
    await post('sign-out', {}, newKey()).catch(() => undefined)
    refresh()
  })
  const words = ROLES.filter(([role]) => roles.includes(role))
  return el(
    'div',
    { class: 'card stack' },
    el('header', {}, el('h3', {}, person), out),
    words.length === 0
      ? el('p', { class: 'quiet' }, 'No role yet: an admin can give one under Books, People.')
      : el(
          'ul',
          { class: 'role-list' },
          ...words.map(([, title, says]) =>
            el('li', {}, el('b', {}, title), el('span', { class: 'quiet' }, says)),
          ),
        ),
    ownPassword(person, refresh),
  )
}

function ownPassword(person, refresh) {
  const input = newPassword('own-password', 'New password')
  const form = asking(
    [input.field],
    'Change password',
    () => post('logins', { person, password: input.value(), user: person }, newKey()),
    refresh,
  )
  form.prepend(el('p', { class: 'quiet small' }, 'You are asked to sign in again with it.'))
  return el('details', { class: 'change' }, el('summary', {}, 'Change my password'), form)
}

/** At least eight characters, as the gateway asks for; it says so itself when it refuses. */
export function newPassword(id, label) {
  const input = el('input', { id, type: 'password', autocomplete: 'new-password', required: true })
  const hint = el('p', { class: 'quiet small', id: `${id}-hint` }, 'Eight characters or more.')
  input.setAttribute('aria-describedby', hint.id)
  return {
    input,
    field: el('div', { class: 'field' }, el('label', { for: id }, label), input, hint),
    value: () => input.value,
  }
}

function asking(fields, label, send, onDone) {
  const said = el('p', { class: 'failed', role: 'alert', hidden: true })
  const button = el('button', { type: 'submit', class: 'primary' }, label)
  const form = el(
    'form',
    { class: 'card command-form' },
    ...fields,
    el('div', { class: 'buttons' }, button),
    said,
  )
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    button.disabled = true
    said.hidden = true
    try {
      await send()
      onDone()
    } catch (error) {
      said.hidden = false
      say(said, error.message)
    }
    button.disabled = false
  })
  return form
}
