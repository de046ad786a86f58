import type * as vi from './agenda.vi.ts'

/** The same in English. */
export const agenda: typeof vi.agenda = {
  agenda: 'Agenda',
  noAgenda: 'This meeting has no detailed agenda',
  startItem: 'Start this item',
  nextItem: 'Go on to the next item',
  currentItem: 'Under discussion',
  doneItem: 'Done',
  presenter: (name) => `Presented by ${name}`,
}
