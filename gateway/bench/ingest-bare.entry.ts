/** The floor of ingest: the same broker library with nothing behind it. */
import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import { answerQuestions } from './child.ts'
import type { ServerAnswer, ServerQuestion } from './ingest-gateway.entry.ts'

const aedes = await Aedes.createBroker()
const server = createServer((socket) => {
  socket.setNoDelay(true)
  aedes.handle(socket)
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = server.address()
const port = typeof address === 'object' && address ? address.port : 0

answerQuestions<ServerQuestion, ServerAnswer>(async () => ({
  port,
  cpuMs: cpuMs(),
  rssBytes: process.memoryUsage.rss(),
  refused: 0,
  postings: 0,
  delayP99Ms: 0,
  frames: 0,
}))

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
