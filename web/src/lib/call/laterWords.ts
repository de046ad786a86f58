import type { Locale } from '#web/preferences.ts'
import * as en from './laterWords.en.ts'
import * as vi from './laterWords.vi.ts'

/** The texts in a language: two of a few lines each come with the part that shows them, and the call's page has neither. */
export function laterWordsIn(locale: Locale): typeof vi.laterWords {
  return (locale === 'vi' ? vi : en).laterWords
}
