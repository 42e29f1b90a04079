import { checkConfig } from './check-config.ts'
import type { Command } from './command.ts'
import { conform } from './conform.ts'
import { demo } from './demo.ts'
import { headOffice } from './head-office.ts'
import { init } from './init.ts'
import { ledger } from './ledger.ts'
import { run } from './run.ts'

/** Everything `tallygate` can do, in the order a newcomer meets it. */
export const commands: Readonly<Record<string, Command>> = {
  demo,
  init,
  'check-config': checkConfig,
  run,
  ledger,
  conform,
  'head-office': headOffice,
}
