import { llrpMessageAt } from '../../sensors/index.ts'

/** One whole LLRP message, header included. */
export interface Assembled {
  readonly type: number
  readonly id: number
  readonly bytes: Uint8Array
}

/**
 * TCP cuts where it likes: whole messages are given out, the begun one waits. What cannot be LLRP
 * throws: nothing marks where the next message would begin, so the connection is worth nothing.
 */
export function createAssembler(): { push(chunk: Uint8Array): Assembled[] } {
  let held = new Uint8Array(0)
  return {
    push(chunk) {
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      const messages: Assembled[] = []
      let at = 0
      for (;;) {
        const message = llrpMessageAt(bytes, at)
        if (typeof message === 'string') throw new Error(message)
        if (message === null) break
        messages.push({ type: message.type, id: message.id, bytes: bytes.slice(at, message.to) })
        at = message.to
      }
      // A copy: a few bytes must not keep a whole chunk alive.
      held = bytes.slice(at)
      return messages
    },
  }
}
