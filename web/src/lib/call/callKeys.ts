/** What the keyboard can do in a call. */
export interface CallKeys {
  toggleMicrophone(): void
  /** Whether one speaks already: Space has nothing to add then, and must take nothing away. */
  isMicrophoneOn(): boolean
  /** Space held: speak while it is down. */
  talk(isTalking: boolean): void
  toggleCamera(): void
  toggleHand(): void
  openChat(): void
  showShortcuts(): void
  /** What a key does beside these: of parts that come later. */
  more?(key: string): (() => void) | undefined
  /** Returns whether there was something to close. */
  escape(): boolean
}

/** Elements in which letters and the space bar have a meaning of their own. */
const typing = 'input, textarea, select, [contenteditable]'
const pressing = `${typing}, button, a[href], [role="tab"], summary`

/** Listens for the call's keys on the window; returns its cleanup. Keys with Ctrl, Alt or Meta stay the browser's. */
export function listenForKeys(keys: CallKeys): () => void {
  const listening = new AbortController()
  const { signal } = listening
  let isTalking = false
  /** A button that was only clicked keeps the focus: its space bar is still for speaking. */
  let isPointing = false
  const stopTalking = (): void => {
    if (!isTalking) return
    isTalking = false
    keys.talk(false)
  }
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Tab' || event.key.startsWith('Arrow')) isPointing = false
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
      const target = event.target instanceof Element ? event.target : document.body
      if (target.closest('dialog[open], [popover]:popover-open')) return
      if (event.key === 'Escape') {
        if (keys.escape()) event.preventDefault()
        return
      }
      if (target.closest(typing)) return
      if (event.key === ' ') {
        if (target.closest(pressing) && !(isPointing && target.closest('[role="toolbar"]'))) return
        event.preventDefault()
        if (event.repeat || isTalking || keys.isMicrophoneOn()) return
        isTalking = true
        keys.talk(true)
        return
      }
      if (event.repeat) return
      const key = event.key.toLowerCase()
      const act =
        {
          m: keys.toggleMicrophone,
          v: keys.toggleCamera,
          h: keys.toggleHand,
          c: keys.openChat,
          '?': keys.showShortcuts,
        }[key] ?? keys.more?.(key)
      if (!act) return
      event.preventDefault()
      act.call(keys)
    },
    { signal },
  )
  window.addEventListener(
    'keyup',
    (event) => {
      if (event.key !== ' ' || !isTalking) return
      event.preventDefault() // a focused button would be pressed
      stopTalking()
    },
    { signal },
  )
  window.addEventListener('pointerdown', () => (isPointing = true), { signal, capture: true })
  window.addEventListener('blur', stopTalking, { signal })
  return () => {
    stopTalking()
    listening.abort()
  }
}
