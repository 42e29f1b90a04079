import { vi } from 'vitest'
import type { Command } from '../../gateway/cli/command.ts'

/** Runs a command with what it says caught. */
export async function runCommand(command: Command, ...args: string[]) {
  const said = { out: '', err: '' }
  const into = (stream: keyof typeof said) => (text: unknown) => {
    said[stream] += String(text)
    return true
  }
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(into('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(into('err')),
  ]
  try {
    const code = await command.run(args)
    return { code, ...said }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
