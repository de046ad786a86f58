import { catalogue } from '#web/text/catalogue.ts'

/** The texts of bodies, their terms and members; the layout of these pages loads and provides them. */
export const [bodiesTexts, provideBodiesTexts, loadBodiesTexts] = catalogue({
  vi: () => import('./bodies.vi.ts'),
  en: () => import('./bodies.en.ts'),
})
