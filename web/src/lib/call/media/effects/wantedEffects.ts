const storageKey = 'call-effects'

/** What may be done to one's own picture and sound before they are sent. */
export type Effect = 'blur' | 'quiet'

/** Whether the person wants it, on this machine; of the two. */
export function wantsEffect(effect: Effect): boolean {
  try {
    return localStorage.getItem(storageKey)?.includes(effect) ?? false
  } catch {
    return false // storage is closed to this page
  }
}

/** Keeps the wish for this call and the next. */
export function wishEffect(effect: Effect, isWanted: boolean): void {
  const all: Effect[] = ['blur', 'quiet']
  const wanted = all.filter((one) => (one === effect ? isWanted : wantsEffect(one)))
  try {
    localStorage.setItem(storageKey, wanted.join(' '))
  } catch {
    // Without storage nothing can be wished for.
  }
}
