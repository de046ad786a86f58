import { texts } from '#web/text/texts.ts'
import type { CallMessages } from './callFirst.vi.ts'
import { callTexts } from './callTexts.ts'
import * as en from './panelWords.en.ts'
import * as vi from './panelWords.vi.ts'

export type PanelMessages = CallMessages & typeof vi.panelWords

/** `const c = panelTexts()` in a component that comes after the first picture: the call's texts and the panels'. */
export function panelTexts(): PanelMessages {
  return { ...callTexts(), ...(texts().locale === 'vi' ? vi : en).panelWords }
}
