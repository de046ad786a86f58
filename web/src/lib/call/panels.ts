/** Each panel's code, loaded apart from the first picture. */
export const loadPanel = {
  people: () => import('#web/call/people/PeoplePanel.svelte'),
  hands: () => import('#web/call/floor/HandsPanel.svelte'),
  agenda: () => import('#web/call/agenda/AgendaPanel.svelte'),
  chat: () => import('#web/call/chat/ChatPanel.svelte'),
}

/** Dialogs of the call, and what is said to readers. */
export const loadAside = () => import('./CallAside.svelte')

/** The side panel, around whichever of them is open. */
export const loadSidePanel = () => import('./SidePanel.svelte')

/** What the chair is asked. */
export const loadProposal = () => import('#web/call/recording/Proposal.svelte')

/**
 * Fetches every panel once the call has settled, so that it opens at once and also while the network is away.
 * Returns its cleanup.
 * @param onSettled it is time for what else is not needed for the first picture
 */
export function preloadPanels(onSettled: () => void): () => void {
  const timer = setTimeout(() => {
    onSettled()
    for (const load of [loadSidePanel, ...Object.values(loadPanel), loadProposal]) {
      load().catch((error: unknown) => console.warn('panelPreloadFailed', error))
    }
  }, 2000)
  return () => clearTimeout(timer)
}
