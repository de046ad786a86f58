import { isSeated, type StayState } from './stayState.ts'
import { isWayBack } from './wall/wayBack.ts'

/**
 * Whether the screen stays lit: in the call, while one waits for its opening, and a hall's display, at which nobody is,
 * from its first page on, also while it looks for its way back. Not after the meeting's end.
 */
export function isLit(stay: { state: StayState; isBroken: boolean }, isWall: boolean): boolean {
  const { state } = stay
  if (state.at !== 'over')
    return isWall || isSeated(state) || state.at === 'waiting' || state.at === 'joining'
  return isWall && stay.isBroken && isWayBack(state.ending) && state.ending !== 'meeting_ended'
}

/** Keeps the screen lit while it is held and the page is shown; browsers let go of it whenever the page is hidden. Close it. */
export class WakeLock {
  readonly #onWarning: (event: string, error: unknown) => void
  readonly #listening = new AbortController()
  #sentinel: WakeLockSentinel | null = null
  #isAsking = false
  #isHeld = false

  constructor(onWarning: (event: string, error: unknown) => void) {
    this.#onWarning = onWarning
    const { signal } = this.#listening
    document.addEventListener('visibilitychange', () => void this.#take(), { signal })
  }

  hold(): void {
    if (this.#listening.signal.aborted) return
    this.#isHeld = true
    void this.#take()
  }

  close(): void {
    this.#listening.abort()
    this.#isHeld = false
    void this.#letGo()
  }

  async #take(): Promise<void> {
    if (!this.#isHeld || this.#isAsking || document.visibilityState === 'hidden') return
    // Not every browser has it, and none on a page without https.
    if (!('wakeLock' in navigator) || this.#sentinel?.released === false) return
    this.#isAsking = true
    try {
      this.#sentinel = await navigator.wakeLock.request('screen')
    } catch (error) {
      // The battery is low, or the page was hidden meanwhile: the next time it is shown tries again.
      this.#onWarning('wakeLockRefused', error)
    } finally {
      this.#isAsking = false
    }
    if (!this.#isHeld) await this.#letGo()
  }

  async #letGo(): Promise<void> {
    const sentinel = this.#sentinel
    this.#sentinel = null
    try {
      await sentinel?.release()
    } catch (error) {
      this.#onWarning('wakeLockKept', error)
    }
  }
}
