import { createContext } from 'svelte'
import type { Locale } from '#web/preferences.ts'
import type { EntryMessages } from './entry.vi.ts'

/** The entry pages' catalogue; see messages/texts.ts. */
export const [entryTexts, provideEntryTexts] = createContext<EntryMessages>()

/** Loads one language of the entry pages. */
export async function loadEntryTexts(locale: Locale): Promise<EntryMessages> {
  const { entry } = await (locale === 'en' ? import('./entry.en.ts') : import('./entry.vi.ts'))
  return entry
}
