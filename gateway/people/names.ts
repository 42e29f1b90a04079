import type { Config } from '../config/schema.ts'

/** Who speaks in the books without being a person. */
const OURS = ['api', 'import', 'system', 'gateway']

/**
 * Why a person may not have this name, as a sentence, or null. A device with roles would be held
 * to them and could no longer report facts, so people and devices never share a name.
 */
export function nameFault(person: string, { devices }: Pick<Config, 'devices'>): string | null {
  if (person !== person.trim() || person === '')
    return `expected a name without blanks around it, got "${person}"`
  if (devices.some(({ id }) => id === person))
    return `expected the name of a person, got "${person}", which is a device of this store`
  if (OURS.includes(person))
    return `expected the name of a person, got "${person}", which the gateway uses for itself`
  return null
}
