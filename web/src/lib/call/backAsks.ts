/**
 * Back closes what is open in the call, and then asks, instead of leaving without a word: above the page's own entry in
 * the browser's history stands one more, which Back takes away and which is gone forward to again at once. The router
 * takes both for one.
 * @param onBack somebody pressed Back
 * @returns its end; when the call is over, the entry goes too
 */
export function listenForBack(onBack: () => void): (isOver: boolean) => void {
  const { pathname } = location
  const isHere = (): boolean => location.pathname === pathname
  let isReturning = false
  // A page that was loaded anew has it already.
  if (!history.state?.isInCall) history.pushState({ ...history.state, isInCall: true }, '')
  const popped = (): void => {
    isReturning = !isReturning && isHere()
    if (!isReturning) return
    history.forward()
    onBack()
  }
  window.addEventListener('popstate', popped)
  return (isOver) => {
    window.removeEventListener('popstate', popped)
    if (isOver && isHere()) history.back()
  }
}
