import { loadEntryTexts } from '#web/pages/entry/entryTexts.ts'
import type { LayoutLoad } from './$types'

export const load: LayoutLoad = async ({ parent }) => {
  const { locale } = await parent()
  return { entryTexts: await loadEntryTexts(locale) }
}
