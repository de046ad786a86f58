import { agenda } from './agenda/agenda.vi.ts'
import { chat } from './chat/chat.vi.ts'
import { hands } from './floor/hands.vi.ts'
import { people } from './people/people.vi.ts'
import { display } from './wall/display.vi.ts'

/** Texts of the panels, gathered from their features; they come with the panels (`panelTexts`). */
export const panelWords = {
  ...agenda,
  ...chat,
  ...hands,
  ...people,
  ...display,
  endForAll: 'Kết thúc cho mọi người',
  endWord: 'kết thúc',
  endTyped: (word: string) => `Nhập “${word}” để xác nhận`,
  end: 'Kết thúc cuộc họp',
}
