import { catalogue } from '#web/text/catalogue.ts'

/** What every page of the office may need, and those that are seen first; the office's layout loads and provides them. */
export const [officeTexts, provideOfficeTexts, loadOfficeTexts] = catalogue({
  vi: () => import('./office.vi.ts'),
  en: () => import('./office.en.ts'),
})
