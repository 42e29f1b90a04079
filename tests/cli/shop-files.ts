import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { importFiles } from '../../gateway/cli/import.ts'
import { post } from '../../gateway/cli/post.ts'
import { report } from '../../gateway/cli/report.ts'
import { dataFolderAt } from '../../gateway/data-folder.ts'
import { runCommand } from './run-command.ts'

const CONFIG = `
site: { id: shop, name: Shop, timeZone: Europe/Berlin }
mqtt: { port: 0 }
http: { port: 0 }
log: { level: warn }
devices:
  - { id: cam-1, profile: camera, topics: ["tallygate/v1/cam-1/frame/#"] }
cameras:
  - { id: cam-1, width: 640, height: 480, zones: [{ zone: a, slots: [{ slot: "1", box: [1, 2, 3, 4] }] }] }
`

/** Cola by the piece under FIFO, in two layers; ham by the kilogram at its average. */
export const GOOD_FILES = {
  'skus.csv': `\ufeffsku,name,category,gtins,quantityScale,method,home,price
cola,"Cola, 330 ml",drinks,4006381333931,,fifo,shelf-a,1.50
ham,Ham,deli,,3,average,shelf-a,19.90
`,
  'places.csv': 'location;name\r\nshelf-a;Shelf A\r\nbackroom;Backroom\r\n',
  'suppliers.csv': 'supplier,name\nwholesale,Wholesale\n',
  'opening.csv': `sku,location,quantity,value,date,lot,expires
cola,shelf-a,20,10.00,2026-02-20,L2,2026-09-30
cola,backroom,48,23.04,2026-01-10,L1,2026-06-30
ham,shelf-a,1.250,10.01,2026-02-27,,
`,
  'orders.csv': `order,supplier,date,line,sku,quantity,cost
PO-1,wholesale,2026-03-01,1,cola,48,24.00
PO-1,wholesale,2026-03-01,2,ham,2.500,20.00
`,
  'more.json': `{
  "planogram": [
    { "camera": "cam-1", "zone": "a", "sku": "cola", "location": "shelf-a" }
  ],
  "gtins": [{ "gtin": "14006381333938", "sku": "cola" }]
}
`,
}

/** A folder with a configuration and files to import; no books in it yet. */
export function openShop() {
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-import-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const config = join(folder, 'store.yaml')
  writeFileSync(config, CONFIG)
  const dataFolder = join(folder, 'data')
  const pathsOf = (files: Readonly<Record<string, string>>) =>
    Object.entries(files).map(([name, content]) => {
      const path = join(folder, name)
      writeFileSync(path, content)
      return path
    })
  return {
    config,
    dataFolder,
    hasBooks: () => existsSync(dataFolderAt(dataFolder).file),
    import: (files: Readonly<Record<string, string>>, ...options: string[]) =>
      runCommand(importFiles, ...pathsOf(files), '--config', config, ...options),
    /** The answer of a report as data. */
    ask: async (name: string, ...options: string[]) => {
      const { code, out, err } = await runCommand(
        report,
        name,
        '--config',
        config,
        '--json',
        ...options,
      )
      expect(err).toBe('')
      expect(code).toBe(0)
      return JSON.parse(out)
    },
    /** Commands told to the books, one file of them. */
    post: (commands: unknown, ...options: string[]) =>
      runCommand(
        post,
        ...pathsOf({ 'told.json': JSON.stringify(commands) }),
        '--config',
        config,
        ...options,
      ),
    report: (...args: string[]) => runCommand(report, ...args, '--config', config),
  }
}

export type Shop = ReturnType<typeof openShop>
