import { loadOfficeTexts } from '#web/pages/officeTexts.ts'
import type { LayoutLoad } from './$types'

export const load: LayoutLoad = async ({ parent }) => {
  const { locale } = await parent()
  return { officeTexts: await loadOfficeTexts(locale) }
}
