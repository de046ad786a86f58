import { catalogue } from '#web/text/catalogue.ts'

/** The texts of the pages before the office; their layout loads and provides them. */
export const [entryTexts, provideEntryTexts, loadEntryTexts] = catalogue({
  vi: () => import('./vi.ts'),
  en: () => import('./en.ts'),
})
