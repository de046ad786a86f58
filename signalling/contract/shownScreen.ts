/**
 * Which of several shared screens is shown, in pages and in the recording alike: the one that was begun last; when that
 * ends, the one begun before it. Of two of one moment the later in the list.
 */
export function shownScreen<S>(screens: readonly S[], beganAtMs: (screen: S) => number): S | null {
  let shown: S | null = null
  for (const screen of screens) {
    if (shown === null || beganAtMs(screen) >= beganAtMs(shown)) shown = screen
  }
  return shown
}
