import { loadMeetingTexts } from '#web/pages/meeting/meetingTexts.ts'
import type { LayoutLoad } from './$types'

export const load: LayoutLoad = async ({ parent }) => {
  const { locale } = await parent()
  return { meetingTexts: await loadMeetingTexts(locale) }
}
