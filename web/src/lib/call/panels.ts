/** Each panel's code, loaded apart from the first picture. */
export const loadPanel = {
  people: () => import('#web/call/people/PeoplePanel.svelte'),
  hands: () => import('#web/call/floor/HandsPanel.svelte'),
  agenda: () => import('#web/call/agenda/AgendaPanel.svelte'),
  chat: () => import('#web/call/chat/ChatPanel.svelte'),
}

/**
 * Fetches every panel once the call has settled, so that it opens at once and also while the network is away.
 * Returns its cleanup.
 */
export function preloadPanels(): () => void {
  const timer = setTimeout(() => {
    for (const load of Object.values(loadPanel)) {
      load().catch((error: unknown) => console.warn('panelPreloadFailed', error))
    }
  }, 2000)
  return () => clearTimeout(timer)
}
