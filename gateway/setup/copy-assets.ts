/** tsc copies no files but code: the page's assets and nothing else go to dist beside it. */
import { cpSync, existsSync } from 'node:fs'

const assets = 'gateway/http/assets'
if (existsSync(assets)) cpSync(assets, `dist/${assets}`, { recursive: true })
