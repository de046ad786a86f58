import { catalogue } from '#web/text/catalogue.ts'

/** The texts of the pages before the office; their layout loads and provides them. */
export const [entryTexts, provideEntryTexts, loadEntryTexts] = catalogue({
  vi: async () => (await import('./entry.vi.ts')).entry,
  en: async () => (await import('./entry.en.ts')).entry,
})
