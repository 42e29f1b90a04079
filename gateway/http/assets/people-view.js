import { newPassword } from './account-view.js'
import { post } from './api.js'
import { commandForm, field, rightsSign } from './command-form.js'
import { el, keep } from './dom.js'
import { moment } from './moment.js'
import { newKey } from './signature.js'
import { ROLES, roleWord } from './words.js'

/** Who may do what and who can sign in; given and taken away by whoever may configure. */
export function createPeopleView(page) {
  const list = el('ul', { class: 'people' })
  const adding = el('div', {})
  const changes = el('ul', { class: 'changes' })
  const refresh = () => {
    page.resources.touch('people')
    page.resources.touch('session')
    page.announce('Saved.')
  }
  return {
    title: 'People',
    element: el(
      'div',
      {},
      list,
      adding,
      el('h3', { class: 'block-title' }, 'What was changed'),
      changes,
    ),
    needs: () => ['people', 'session'],
    render() {
      const told = page.value('people')
      if (told === null) return keep(list, [0, 1], GHOSTS)
      const rows = told.rows.filter(({ roles, canSignIn }) => roles.length > 0 || canSignIn)
      const sign = rightsSign(page)
      keep(list, rows.length > 0 ? rows : [null], {
        key: (row) => row?.person ?? 'none',
        signature: (row) => JSON.stringify([row, sign]),
        create: (row) => (row === null ? nobody() : personCard(page, row, refresh)),
      })
      keep(adding, [told], {
        key: () => 'add',
        signature: () => `${sign}/${rows.length}`,
        create: () => addForm(page, refresh),
      })
      keep(changes, told.changes.length > 0 ? told.changes : [null], {
        key: (row) => (row === null ? 'none' : `${row.person}/${row.atMs}/${row.change}`),
        create: (row) => changeItem(page, row),
      })
    },
  }
}

const GHOSTS = { key: (place) => `ghost-${place}`, create: () => el('li', { class: 'ghost' }) }

const nobody = () =>
  el(
    'li',
    { class: 'empty' },
    'Nobody has a role yet, so everybody may do everything. The first person to be added has to be an admin.',
  )

function changeItem(page, row) {
  if (row === null)
    return el('li', { class: 'empty' }, 'Roles and logins that are given or taken away stand here.')
  const { person, change, by, atMs } = row
  return el(
    'li',
    {},
    el('span', {}, el('b', {}, person), ` ${change}`),
    el('span', { class: 'quiet small' }, `by ${by}, `, moment(page, atMs)),
  )
}

function personCard(page, { person, roles, canSignIn }, refresh) {
  return el(
    'li',
    { class: 'card stack' },
    el(
      'header',
      {},
      el('h3', {}, person),
      ...(roles.length > 0
        ? roles.map((role) => el('span', { class: 'badge good' }, roleWord(role)))
        : [el('span', { class: 'badge' }, 'No role')]),
      el('span', { class: 'quiet small' }, canSignIn ? 'Can sign in' : 'No login'),
    ),
    page.may('assign-roles')
      ? el(
          'details',
          { class: 'change' },
          el('summary', {}, 'Change'),
          rolesForm(page, person, roles, refresh),
          loginForm(page, person, canSignIn, refresh),
        )
      : null,
  )
}

function roleChoice(id, chosen) {
  const boxes = ROLES.map(([role, title, says]) => {
    const box = el('input', {
      type: 'checkbox',
      id: `${id}-${role}`,
      value: role,
      checked: chosen.includes(role),
    })
    return [
      box,
      el(
        'label',
        { class: 'check role', for: box.id },
        box,
        el('span', {}, el('b', {}, title), el('span', { class: 'quiet small block' }, says)),
      ),
    ]
  })
  return {
    element: el(
      'fieldset',
      { class: 'roles' },
      el('legend', {}, 'Roles'),
      ...boxes.map(([, label]) => label),
    ),
    chosen: () => boxes.filter(([box]) => box.checked).map(([box]) => box.value),
  }
}

function rolesForm(page, person, roles, refresh) {
  const choice = roleChoice(`roles-${person}`, roles)
  return commandForm(page, {
    id: `roles-${person}`,
    kind: 'assign-roles',
    fields: [choice.element],
    buttons: [el('button', { type: 'submit', class: 'primary' }, 'Save roles')],
    send: ({ tell }) => tell({ kind: 'assign-roles', person, roles: choice.chosen() }),
    onDone: refresh,
  })
}

function loginForm(page, person, canSignIn, refresh) {
  const password = newPassword(`password-${person}`, canSignIn ? 'New password' : 'First password')
  const take = el(
    'button',
    { type: 'submit', value: 'take', class: 'plain' },
    'Take the login away',
  )
  // Taking away needs no password.
  take.formNoValidate = true
  return commandForm(page, {
    id: `login-${person}`,
    kind: 'assign-roles',
    className: 'apart',
    fields: [password.field],
    buttons: [
      el(
        'button',
        { type: 'submit', value: 'give', class: 'primary' },
        canSignIn ? 'Change password' : 'Let them sign in',
      ),
      canSignIn ? take : null,
    ],
    send: ({ actor, button }) =>
      giveLogin(person, button === 'take' ? null : password.value(), actor),
    onDone: refresh,
  })
}

const giveLogin = (person, password, user) =>
  post('logins', { person, password, user }, `page-${newKey()}`)

function addForm(page, refresh) {
  const name = el('input', {
    id: 'new-person',
    autocomplete: 'off',
    autocapitalize: 'none',
    required: true,
    maxlength: 100,
  })
  const choice = roleChoice('new-roles', [])
  const password = newPassword('new-password', 'Password for the page, if any')
  password.input.required = false
  const form = commandForm(page, {
    id: 'new',
    kind: 'assign-roles',
    fields: [field('Name', name), choice.element, password.field],
    buttons: [el('button', { type: 'submit', class: 'primary' }, 'Add')],
    async send({ actor, tell }) {
      const person = name.value.trim()
      const known = page.value('people')?.rows.find((row) => row.person === person)
      if (known?.roles.length > 0)
        throw new Error(`Expected a new name, got ${person}, who is in the list above.`)
      if (choice.chosen().length === 0) throw new Error('Expected at least one role, got none.')
      await tell({ kind: 'assign-roles', person, roles: choice.chosen() })
      page.resources.touch('people')
      if (password.value() !== '') await giveLogin(person, password.value(), actor)
      name.value = ''
    },
    onDone: refresh,
  })
  if (form.tagName !== 'FORM') return form
  return el('details', { class: 'card change' }, el('summary', {}, 'Add a person'), form)
}
