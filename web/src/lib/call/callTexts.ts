import { createContext } from 'svelte'
import type { Locale } from '#web/preferences.ts'
import type { CallMessages } from './call.vi.ts'

/** `const c = callTexts()` in a component of the call; its page provides them. */
export const [callTexts, provideCallTexts] = createContext<CallMessages>()

/** Loads the call's texts in one language. For the call page's `load`. */
export async function loadCallTexts(locale: Locale): Promise<CallMessages> {
  const { call } = await (locale === 'en' ? import('./call.en.ts') : import('./call.vi.ts'))
  return call
}
