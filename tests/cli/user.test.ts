import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { user } from '../../gateway/cli/user.ts'
import { createGatewayProcess } from '../../gateway/simulator/demo/gateway-process.ts'
import { runCommand } from './run-command.ts'
import { GOOD_FILES, openShop, type Shop } from './shop-files.ts'

// Each call opens a bookkeeper, and some a process, of their own.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 })

const people = (shop: Shop, ...args: string[]) => runCommand(user, ...args, '--config', shop.config)

async function openedShop(): Promise<Shop> {
  const shop = openShop()
  expect((await shop.import(GOOD_FILES, '--create')).code).toBe(0)
  return shop
}

test('people are added by the terminal with their roles, the first an admin, and somebody stays one', async () => {
  const shop = openShop()
  expect(await people(shop, 'list')).toMatchObject({
    code: 1,
    err: expect.stringContaining('expected the books at'),
  })
  await shop.import(GOOD_FILES, '--create')
  expect((await people(shop, 'list')).out).toContain('nobody has a role yet')
  const said = async (...args: string[]) => {
    const { code, out, err } = await people(shop, ...args)
    return [code, (out + err).trim()]
  }
  expect(await said('add', 'bob', '--role', 'clerk', '--no-login')).toEqual([
    1,
    'expected the first person to be an admin, who can give roles to the others, got bob with clerk',
  ])
  expect(await said('add', 'anna', '--role', 'admin', '--role', 'manager', '--no-login')).toEqual([
    0,
    'anna is admin, manager, says anna',
  ])
  // The only admin speaks, unless another name is given: which the books then hold to its roles.
  expect(await said('add', 'bob', '--role', 'clerk', '--no-login')).toEqual([
    0,
    'bob is clerk, says anna',
  ])
  expect(await said('role', 'bob', 'clerk', 'cashier', '--by', 'bob')).toEqual([
    1,
    'refused (not-permitted): expected a role that may assign-roles, got bob with clerk (nothing was posted)',
  ])
  expect(await said('role', 'bob', 'controller')).toEqual([
    0,
    'bob is controller from now on, says anna',
  ])
  expect(await said('add', 'bob', '--role', 'clerk', '--no-login')).toEqual([
    1,
    'expected a new name, got bob, who is controller: "tallygate user role" changes roles',
  ])
  for (const wish of [
    ['remove', 'anna'],
    ['role', 'anna', 'clerk'],
  ])
    expect(await said(...wish)).toEqual([
      1,
      'expected an admin to remain, got none after anna: make somebody else admin first',
    ])
  expect(await said('add', 'cam-1', '--role', 'clerk', '--no-login')).toEqual([
    1,
    'expected the name of a person, got "cam-1", which is a device of this store',
  ])
  expect(await said('password', 'carla')).toEqual([
    1,
    'expected somebody known (anna, bob), got carla',
  ])
  expect(await said('remove', 'bob')).toEqual([
    0,
    'bob has no role and no login any more, says anna',
  ])
  const { out } = await people(shop, 'list', '--json')
  expect(JSON.parse(out)).toEqual({
    people: [{ person: 'anna', roles: ['admin', 'manager'], canSignIn: false }],
  })
  const { changes } = await shop.ask('people')
  expect(
    changes.map(({ person, change }: Record<string, string>) => `${person} ${change}`),
  ).toEqual([
    'bob has no role any more',
    'bob is controller',
    'bob is clerk',
    'anna is admin, manager',
  ])
  expect((await shop.ask('refusals')).rows).toMatchObject([
    { actor: 'bob', kind: 'assign-roles', code: 'not-permitted' },
  ])
})

test('what is asked for wrongly is answered with what was expected', async () => {
  const shop = await openedShop()
  for (const [args, says] of [
    [['ad', 'bob'], 'expected one of list, add, role, password, remove, got "ad"'],
    [['add'], 'expected a NAME after "add"'],
    [['add', 'bob'], 'expected a role (cashier, clerk, manager'],
    [['add', 'bob', '--role', 'boss'], 'expected a role (cashier, clerk, manager'],
    [['remove', 'bob', 'clerk'], 'expected no role for "remove", got clerk'],
  ] as const) {
    const { code, err } = await people(shop, ...args)
    expect([code, err]).toEqual([2, expect.stringContaining(says)])
  }
  const { code, out } = await people(shop, 'add', 'bob', '--role', 'clerk', '--no-login', '--json')
  expect([code, JSON.parse(out)]).toEqual([
    1,
    { ok: false, fault: expect.stringContaining('first person') },
  ])
})

/** As a script calls it: the password never stands among the arguments. */
function tallygate(shop: Shop, input: string, ...args: string[]) {
  const main = join(import.meta.dirname, '../../gateway/cli/main.ts')
  const called = ['--import', 'tsx', main, 'user', ...args, '--config', shop.config]
  const { status, stdout, stderr } = spawnSync(process.execPath, called, {
    input,
    encoding: 'utf8',
  })
  return { code: status, said: stdout + stderr }
}

test('a login given without a gateway lets its person in once one runs, and one given beside it at once', async () => {
  const shop = await openedShop()
  expect(await people(shop, 'add', 'anna', '--role', 'admin')).toMatchObject({
    code: 1,
    err: expect.stringContaining('use --password-stdin'),
  })
  expect(
    tallygate(shop, 'annas secret\n', 'add', 'anna', '--role', 'admin', '--password-stdin'),
  ).toEqual({ code: 0, said: 'anna is admin and can sign in at the page, says anna\n' })
  const gateway = createGatewayProcess(shop.config, shop.dataFolder)
  onTestFinished(() => gateway.stop())
  await gateway.start()
  const { http } = await gateway.ports()
  const signIn = async (person: string, password: string) => {
    const response = await fetch(`http://127.0.0.1:${http}/api/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ person, password }),
    })
    return response.status
  }
  expect(await signIn('anna', 'annas secret')).toBe(200)
  expect(
    tallygate(shop, 'bobs secret\n', 'add', 'bob', '--role', 'clerk', '--password-stdin'),
  ).toMatchObject({ code: 0 })
  expect(await signIn('bob', 'bobs secret')).toBe(200)
  expect((await people(shop, 'remove', 'bob')).code).toBe(0)
  expect(await signIn('bob', 'bobs secret')).toBe(401)
  // Everybody else is now asked to sign in; the terminal beside the gateway is not.
  expect((await shop.import({ 'prices.csv': 'sku,price\ncola,1.60\n' })).code).toBe(0)
})
