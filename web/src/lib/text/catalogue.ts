import { createContext } from 'svelte'
import type { Locale } from '#web/preferences.ts'

/**
 * The texts of one area of pages (office, entry, call) as `[use, provide, load]`: the area's layout or page awaits
 * `load(locale)` in its own `load` and provides what comes, and every component below calls `use()` in its script.
 * Only the chosen language is downloaded, and only the areas that a page belongs to: the call does not carry the
 * office. Texts do not change while a page lives; choosing another language loads the page anew.
 *
 * The texts themselves lie with what they belong to (`plan.vi.ts` beside the plan's form); an area's `vi.ts` and
 * `en.ts` only gather them. Vietnamese says what there is to say: what English lacks does not compile.
 */
export function catalogue<Messages>(languages: {
  vi: () => Promise<Messages>
  en: () => Promise<NoInfer<Messages>>
}): [
  use: () => Messages,
  provide: (messages: Messages) => Messages,
  load: (locale: Locale) => Promise<Messages>,
] {
  const [use, provide] = createContext<Messages>()
  return [use, provide, (locale) => languages[locale]()]
}
