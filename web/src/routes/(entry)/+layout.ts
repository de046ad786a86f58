import { loadEntryTexts } from '#web/messages/entry/texts.ts'
import type { LayoutLoad } from './$types'

export const load: LayoutLoad = async ({ parent }) => {
  const { locale } = await parent()
  return { entryTexts: await loadEntryTexts(locale) }
}
