import type { ErrorCode } from '#contract/errors.ts'
import type { Locale } from '#web/preferences.ts'
import { catalogue } from './catalogue.ts'
import type { CommonMessages } from './common.vi.ts'
import type { ErrorText } from './errors.vi.ts'
import { Formats } from './format.ts'

/** Texts and formats that every page has, in the viewer's language. */
export interface Texts extends CommonMessages {
  locale: Locale
  errors: Record<ErrorCode, ErrorText>
  format: Formats
}

function textsIn(locale: Locale, { common, errors }: typeof import('./vi.ts')): Texts {
  return { ...common, errors, locale, format: new Formats(locale) }
}

/** `const t = texts()` in any component's script; the root layout loads and provides them. */
export const [texts, provideTexts, loadTexts] = catalogue({
  vi: async () => textsIn('vi', await import('./vi.ts')),
  en: async () => textsIn('en', await import('./en.ts')),
})
