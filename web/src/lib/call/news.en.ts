import type * as vi from './news.vi.ts'

/** The same news in English. */
export const agendaNews: typeof vi.agendaNews = {
  agendaItem: (title) => `Now: ${title}`,
}

/** The same news in English. */
export const chatNews: typeof vi.chatNews = {
  message: (name, text) => `${name}: ${text}`,
}

/** The same news in English. */
export const peopleNews: typeof vi.peopleNews = {
  came: (name) => `${name} has joined.`,
  went: (name) => `${name} has left.`,
  mutedMicrophone: 'The chair or the secretary has muted you.',
  forbiddenMicrophone: 'The chair or the secretary has muted you and locked the microphone.',
  speechOver: 'Your time to speak is up; you are muted.',
  mutedCamera: 'The chair or the secretary has turned your camera off.',
  mutedScreen: 'The chair or the secretary has stopped your screen share.',
  unmuteAllowed: 'You may unmute now.',
}
