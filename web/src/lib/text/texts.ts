import { createContext } from 'svelte'
import type { ErrorCode } from '#contract/errors.ts'
import { Formats } from './format.ts'
import type { Locale } from '#web/preferences.ts'
import type { CommonMessages } from './common.vi.ts'
import type { ErrorText } from './errors.vi.ts'

/** Texts and formats that every page has, in the viewer's language. */
export interface Texts extends CommonMessages {
  locale: Locale
  errors: Record<ErrorCode, ErrorText>
  format: Formats
}

/**
 * `const t = texts()` in a component's script. The root layout provides them. They do not change while a page
 * lives: choosing another language loads the page anew. An area of pages (office, call) has its own catalogue,
 * loaded by its own layout or page and provided in the same way, so that the call does not carry the office.
 */
export const [texts, provideTexts] = createContext<Texts>()

/** Loads one language; the other one is never downloaded. For the root layout's `load`. */
export async function loadTexts(locale: Locale): Promise<Texts> {
  const { common, errors } = await (locale === 'en' ? import('./en.ts') : import('./vi.ts'))
  return { ...common, errors, locale, format: new Formats(locale) }
}
