import { redirect } from '@sveltejs/kit'
import { attempt } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import type { Actions } from './$types'

/**
 * The link is exchanged by a form and not by opening the page: programs that look at links in mail would else use
 * it, and a page elsewhere could put somebody into a meeting unasked. Its token comes in the form alone, so that no
 * access log, referrer or history of a proxy has it.
 */
export const actions: Actions = {
  default: async ({ url, request, locals }) => {
    const token = String((await request.formData()).get('token') ?? '')
    const opened = await attempt(
      () => services().accounts.openJoinLink(token, request.headers, url.protocol === 'https:'),
      {},
    )
    if ('status' in opened) return opened
    locals.setCookies.push(...opened.setCookies)
    redirect(303, `/meetings/${opened.meetingId}/call${opened.isSite ? '?display=wall' : ''}`)
  },
}
