import { existsSync, writeFileSync } from 'node:fs'
import { STORES } from '../config/policy-presets.ts'
import { complain, defineCommand, EXIT, print } from './command.ts'

/** A store to begin with: one dock portal, one shelf camera, one till. Checked by a test. */
export const STARTER_CONFIG = `# Tallygate: one store, one gateway, one file. \`tallygate check-config\` says what is wrong.
version: 1

site:
  id: store-1              # also names the books; cannot be changed later
  name: My store
  timeZone: Europe/Berlin  # rules the business date
  dayEndsAt: "03:00"       # a sale at 01:30 belongs to the evening before
  currency: EUR
  minorUnits: 2

policy:
  store: general           # or apparel, grocery, micro-market, stockroom; single values may follow

authority:
  newDevices: observe      # sensors only record until a person promotes them on the page

dataFolder: ./data         # everything durable lives here

mqtt: { port: 1883 }       # 127.0.0.1 only, until device credentials exist
http: { port: 8080 }       # 127.0.0.1 only; \`tallygate user add\` says who may sign in

# Who speaks on which topics. Topics are free text on most readers.
devices:
  - id: dock-reader
    profile: zebra-iotc    # or impinj-r700
    topics: ["zebra/dock-reader/#"]
    readPoints:
      - { antenna: 1, portal: dock, side: outer }
      - { antenna: 2, portal: dock, side: inner }
  - id: camera-1
    profile: camera
    topics: ["tallygate/v1/camera-1/frame/+/+/+"]
  - id: till-1
    profile: till
    topics: ["tallygate/v1/till-1/receipt"]
  - id: office
    profile: document      # purchase orders, despatch advices, goods receipts, transfers
    topics: ["tallygate/v1/office/document"]

portals:
  - { id: dock, role: receiving, outside: supplier, inside: backroom }

# Places for facings on each camera's picture: [x, y, width, height] in pixels.
cameras:
  - id: camera-1
    width: 1280
    height: 960
    zones:
      - zone: shelf-1-top
        slots:
          - { slot: a, box: [100, 80, 160, 240] }
          - { slot: b, box: [280, 80, 160, 240] }

# Where journal batches go. Without one the books are kept all the same.
destinations: []
#  - id: head-office
#    url: https://head-office.example/v1/batches
#    secretFile: ./head-office.secret
`

export const init = defineCommand(
  {
    about: 'write a commented configuration to begin with',
    usage: `
tallygate init [FILE] [--store KIND]

Writes tallygate.yaml (or FILE); never over a file that exists. KIND is general (the default),
apparel, grocery, micro-market or stockroom: it picks waiting times and thresholds.`,
    options: { store: { type: 'string', default: 'general' } },
  },
  ({ positionals: [file = 'tallygate.yaml'], values: { store } }) => {
    if (!STORES.some((known) => known === store)) {
      complain(`expected --store to be one of ${STORES.join(', ')}, got "${store}"`)
      return EXIT.usage
    }
    if (existsSync(file)) {
      complain(`expected no file at ${file}, got one; it is left as it is`)
      return EXIT.refused
    }
    writeFileSync(file, STARTER_CONFIG.replace('store: general', `store: ${store}`))
    print(`${file} is written. Next: tallygate run --config ${file} --create`)
    return EXIT.done
  },
)
