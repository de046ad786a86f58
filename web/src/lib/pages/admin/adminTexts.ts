import { catalogue } from '#web/text/catalogue.ts'

/** The texts of the administration's pages; their layout loads and provides them. */
export const [adminTexts, provideAdminTexts, loadAdminTexts] = catalogue({
  vi: () => import('./vi.ts'),
  en: () => import('./en.ts'),
})
