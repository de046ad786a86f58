import { loadCallTexts } from '#web/call/callTexts.ts'
import type { PageLoad } from './$types'

/** Everything on this page is live: nothing of it can be drawn on the server. */
export const ssr = false

const displays = new Map([
  ['wall', true],
  ['desk', false],
])

export const load: PageLoad = async ({ params, parent, url }) => {
  const { locale, viewer } = await parent()
  return {
    meetingId: params.id,
    asksForWall: displays.get(url.searchParams.get('display') ?? '') ?? null,
    /** Holders of a join link belong to this call alone. */
    hasOffice: viewer !== null && !viewer.isGuest,
    callTexts: await loadCallTexts(locale),
  }
}
