import type { Locale } from '#web/preferences.ts'
import * as en from './floorWords.en.ts'
import * as vi from './floorWords.vi.ts'

/** The texts in a language: they come with the parts that show them, and the call's first picture has neither. */
export function floorWordsIn(locale: Locale): typeof vi.floorWords {
  return (locale === 'vi' ? vi : en).floorWords
}
