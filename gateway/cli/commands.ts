import { answer } from './answer.ts'
import { checkConfig } from './check-config.ts'
import type { Command } from './command.ts'
import { conform } from './conform.ts'
import { decode } from './decode.ts'
import { demo } from './demo.ts'
import { enroll } from './enroll.ts'
import { epc } from './epc.ts'
import { headOffice } from './head-office.ts'
import { importFiles } from './import.ts'
import { init } from './init.ts'
import { ledger } from './ledger.ts'
import { models } from './models.ts'
import { post } from './post.ts'
import { report } from './report.ts'
import { run } from './run.ts'
import { simulate } from './simulate.ts'
import { user } from './user.ts'
import { vision } from './vision.ts'

/** Everything `tallygate` can do, in the order a newcomer meets it. */
export const commands: Readonly<Record<string, Command>> = {
  demo,
  simulate,
  init,
  'check-config': checkConfig,
  run,
  import: importFiles,
  user,
  post,
  answer,
  report,
  ledger,
  decode,
  epc,
  vision,
  enroll,
  models,
  conform,
  'head-office': headOffice,
}
