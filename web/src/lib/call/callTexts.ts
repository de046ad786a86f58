import { catalogue } from '#web/text/catalogue.ts'

/** `const c = callTexts()` in a component of the call; its page loads and provides them. */
export const [callTexts, provideCallTexts, loadCallTexts] = catalogue({
  vi: async () => (await import('./call.vi.ts')).call,
  en: async () => (await import('./call.en.ts')).call,
})
