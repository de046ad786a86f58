import type { Locale } from '#web/preferences.ts'
import * as en from './deviceWords.en.ts'
import * as vi from './deviceWords.vi.ts'

export type DeviceWords = typeof vi.deviceWords

export function deviceWordsIn(locale: Locale): DeviceWords {
  return (locale === 'vi' ? vi : en).deviceWords
}
