/** What app.html leaves in the window: the buttons that were pressed before any script of the page was there to hear it. */
interface EarlyPresses {
  earlyPresses?: Set<HTMLButtonElement | null>
  keepPress?: (event: MouseEvent) => void
}

/**
 * Once the page answers: presses again, once each, what was pressed before (on a slow machine or line that is
 * seconds, and a button that does nothing looks broken), and says on the document that the page is live.
 */
export function pressAgain(from: Window & EarlyPresses = window): void {
  const { earlyPresses, keepPress, document } = from
  if (keepPress) from.removeEventListener('click', keepPress)
  for (const button of earlyPresses ?? []) if (button?.isConnected) button.click()
  earlyPresses?.clear()
  document.documentElement.dataset.live = ''
}
