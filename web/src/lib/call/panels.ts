/** Who has the floor, the speaking list, and what keys and chimes do about them. */
export const loadFloor = () => import('#web/call/floor/floorParts.ts')

/** Each panel's code, loaded apart from the first picture. */
export const loadPanel = {
  people: () => import('#web/call/people/PeoplePanel.svelte'),
  hands: async () => ({ default: (await loadFloor()).HandsPanel }),
  agenda: () => import('#web/call/agenda/AgendaPanel.svelte'),
  chat: () => import('#web/call/chat/ChatPanel.svelte'),
}
