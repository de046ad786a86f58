import type { Ending } from '../stayState.ts'

/**
 * Endings after which a hall is back by itself as soon as it may. Not where somebody wanted it out: it was left or taken
 * out, the meeting was called off, another page took the seat.
 */
const comesBack: ReadonlySet<Ending> = new Set<Ending>([
  'unauthenticated',
  'link_expired',
  'meeting_ended',
  'not_found',
  'forbidden',
  'bad_request',
])

/** Whether a hall comes back by itself after that. */
export function isWayBack(ending: Ending): boolean {
  return comesBack.has(ending)
}

/** How often it is noted where a display is: who is back within a minute comes with what was on. */
const noteEveryMs = 15_000

/** Notes where a display is, now and then, as long as it is to be back by itself. Returns its cleanup, which forgets. */
export function notePlaces(stay: { notePlace(): void; readonly place: { forget(): void } }): () => void {
  stay.notePlace()
  const timer = setInterval(() => stay.notePlace(), noteEveryMs)
  return () => {
    clearInterval(timer)
    stay.place.forget()
  }
}
