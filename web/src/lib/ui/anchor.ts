/** Space to the window's edges, and between the box and what it belongs to, in CSS pixels. */
const marginPx = 8
const gapPx = 4
/** Below this height a box goes to the side with more room; above that it scrolls. */
const enoughPx = 240
const mostPx = 400

/**
 * Keeps a popover beside the control that it belongs to while both are shown: below it, or above where that has more
 * room, never wider or higher than the window, and after it when the page scrolls. (Anchors in style sheets are too
 * young for the browsers that we serve.) `fill` makes it as wide as the control. Returns what ends it.
 */
export function keepBeside(
  control: HTMLElement,
  box: HTMLElement,
  align: 'start' | 'end' | 'fill',
): () => void {
  const place = (): void => {
    const { left, right, top, bottom, width } = control.getBoundingClientRect()
    const { clientWidth, clientHeight } = document.documentElement
    const below = clientHeight - bottom - gapPx - marginPx
    const above = top - gapPx - marginPx
    // A list that is as wide as its field is still to be filled.
    const neededPx = align === 'fill' ? enoughPx : Math.min(enoughPx, box.scrollHeight)
    const isBelow = below >= neededPx || below >= above
    box.style.width = align === 'fill' ? `${width}px` : ''
    box.style.maxHeight = `${Math.min(isBelow ? below : above, mostPx)}px`
    box.style.top = isBelow ? `${bottom + gapPx}px` : 'auto'
    box.style.bottom = isBelow ? 'auto' : `${clientHeight - top + gapPx}px`
    const wanted = align === 'end' ? right - box.offsetWidth : left
    const last = clientWidth - box.offsetWidth - marginPx
    box.style.left = `${Math.max(marginPx, Math.min(wanted, last))}px`
  }
  place()
  addEventListener('scroll', place, { capture: true, passive: true })
  addEventListener('resize', place)
  return () => {
    removeEventListener('scroll', place, { capture: true })
    removeEventListener('resize', place)
  }
}
