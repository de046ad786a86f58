import type { PlatformHarness } from '../platformHarness.ts'

/** What came of one guess. */
export interface Guess {
  status: number
  tookMs: number
}

/** So many wrong passwords at once, each for an address of its own. */
export async function guessPasswords({ platform, city }: PlatformHarness, count: number): Promise<Guess[]> {
  const origin = platform.url
  const headers = { origin, accept: 'application/json' }
  const guess = async (_none: unknown, index: number): Promise<Guess> => {
    const startedAtMs = performance.now()
    const email = `${index}.${city.delegate.email}`
    const body = new URLSearchParams({ email, password: 'not the password' })
    const answer = await fetch(`${origin}/login`, { method: 'POST', body, headers })
    await answer.text()
    return { status: answer.status, tookMs: performance.now() - startedAtMs }
  }
  return await Promise.all(Array.from({ length: count }, guess))
}
