export interface RetrySettings {
  readonly retryFirstMs: number
  readonly retryMaxMs: number
}

/**
 * Doubles up to the cap, with jitter: devices that were lost together must not come back in
 * step. `random` is 0 up to 1.
 */
export function backOffMs(
  { retryFirstMs, retryMaxMs }: RetrySettings,
  tries: number,
  random: number,
): number {
  const ceiling = Math.min(retryMaxMs, retryFirstMs * 2 ** Math.min(tries, 20))
  return Math.round(ceiling * (0.5 + random / 2))
}
