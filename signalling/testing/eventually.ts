import { vi } from 'vitest'

/** Waits until `look` no longer throws; ten seconds unless it says otherwise, as test machines are busy. */
export function eventually<T>(
  look: () => T | Promise<T>,
  options: { timeout?: number; interval?: number } = {},
): Promise<T> {
  return vi.waitFor(look, { timeout: 10_000, ...options })
}
