import { loadAdminTexts } from '#web/pages/admin/adminTexts.ts'
import type { LayoutLoad } from './$types'

export const load: LayoutLoad = async ({ parent }) => {
  const { locale } = await parent()
  return { adminTexts: await loadAdminTexts(locale) }
}
