const controls = ':is(a[href], button, input:not([type="hidden"]), select, textarea):not(:disabled)'

/**
 * Shows a form's answer without losing one's place: after a success SvelteKit puts the focus at the top of the page,
 * so that the next Tab begins there, and a dialog opened by the answer has nowhere to give the focus back to. Where
 * the answer took the pressed button away, or a menu closed over it, the nearest control gets the focus; where the
 * answer is a dialog, when that closes.
 *
 * @param show what shows the answer, as `update` of `use:enhance`
 */
export async function keepFocus(show: () => Promise<void>): Promise<void> {
  const place = document.activeElement
  const around: Element[] = []
  for (let one = place; one && one !== document.body; one = one.parentElement) around.push(one)
  const giveBack = (): void => {
    if (document.activeElement !== document.body) return
    for (const one of around.filter((element) => element.isConnected)) {
      const choice = one === place ? [one] : [...one.querySelectorAll(controls)]
      const next = choice.find((element) => element.checkVisibility())
      if (next instanceof HTMLElement) return next.focus({ preventScroll: true })
    }
  }
  await show()
  const opened = document.activeElement?.closest('dialog')
  if (opened && !around.includes(opened)) opened.addEventListener('close', giveBack, { once: true })
  else giveBack()
}
