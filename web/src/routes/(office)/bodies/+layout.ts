import { loadBodiesTexts } from '#web/pages/bodies/bodiesTexts.ts'
import type { LayoutLoad } from './$types'

export const load: LayoutLoad = async ({ parent }) => {
  const { locale } = await parent()
  return { bodiesTexts: await loadBodiesTexts(locale) }
}
