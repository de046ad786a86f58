import { loadOfficeTexts } from '#web/messages/office/texts.ts'
import type { LayoutLoad } from './$types'

export const load: LayoutLoad = async ({ parent }) => {
  const { locale } = await parent()
  return { officeTexts: await loadOfficeTexts(locale) }
}
