import type { CallSignal } from '#signalling/client.ts'

/** How often a hall that is out looks, spread so that all halls do not as one, and for how long. */
const everyMs = 15_000
const lastsMs = 12 * 3_600_000

/** Whether the call takes the page in now, without opening it. Closes the connection. */
export async function isLetIn(signal: CallSignal): Promise<boolean> {
  try {
    const { phase, me } = await signal.request('call:hello', {})
    return !me.isElsewhere && (phase === 'open' || (phase === 'waiting' && !me.may.includes('call:open')))
  } catch {
    return false // whatever it was, it is asked again
  } finally {
    signal.close()
  }
}

/** Looks now and then until `look` says yes, then goes back, once. Returns its cleanup. */
export function lookForWayBack(look: () => Promise<boolean>, goBack: () => void): () => void {
  const untilMs = Date.now() + lastsMs
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  const soon = (): void => {
    timer = setTimeout(() => void again(), everyMs * (0.75 + Math.random() / 2))
  }
  async function again(): Promise<void> {
    const isFound = await look()
    if (isOver) return
    if (isFound) goBack()
    else if (Date.now() < untilMs) soon()
  }
  soon()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}
