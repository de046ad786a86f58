import { catalogue } from '#web/text/catalogue.ts'

/** `const c = callTexts()` in a component of the call; its page loads and provides them. */
export const [callTexts, provideCallTexts, loadCallTexts] = catalogue({
  vi: async () => (await import('./callFirst.vi.ts')).callFirst,
  en: async () => (await import('./callFirst.en.ts')).callFirst,
})
