import type * as vi from './panelWords.vi.ts'
import { agenda } from './agenda/agenda.en.ts'
import { chat } from './chat/chat.en.ts'
import { hands } from './floor/hands.en.ts'
import { people } from './people/people.en.ts'
import { display } from './wall/display.en.ts'

/** The same in English. */
export const panelWords: typeof vi.panelWords = {
  ...agenda,
  ...chat,
  ...hands,
  ...people,
  ...display,
  endForAll: 'End for everyone',
  endWord: 'end',
  endTyped: (word) => `Type “${word}” to confirm`,
  end: 'End the meeting',
}
