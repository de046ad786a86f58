/** Each panel's code, loaded apart from the first picture. */
export const loadPanel = {
  people: () => import('#web/call/people/PeoplePanel.svelte'),
  hands: () => import('#web/call/floor/HandsPanel.svelte'),
  agenda: () => import('#web/call/agenda/AgendaPanel.svelte'),
  chat: () => import('#web/call/chat/ChatPanel.svelte'),
}
