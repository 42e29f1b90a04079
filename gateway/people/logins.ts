/** Who can sign in at the page, as it stands in the state table of the store's file. */
export const LOGIN = 'login'

/** key: the person. */
export interface Login {
  readonly secret: string
  readonly changedAtMs: number
}

/** A login given, changed or taken away; `secret` is the hash of the password, null takes it away. */
export interface LoginRequest {
  readonly person: string
  readonly secret: string | null
  readonly user: string
}
