import { catalogue } from '#web/text/catalogue.ts'

/** The office's texts, a name for each page or group of pages; its layout loads and provides them. */
export const [officeTexts, provideOfficeTexts, loadOfficeTexts] = catalogue({
  vi: () => import('./vi.ts'),
  en: () => import('./en.ts'),
})
