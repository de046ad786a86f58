import { AppError } from '#contract/errors.ts'
import type { MeetingId } from '#contract/ids.ts'
import type { ConnectionRequestName, RequestPayload } from '#contract/requests.ts'
import type { RequestReply } from '#contract/replies.ts'
import type { Directory } from '../directory.ts'
import { identityOf, type Principals } from '../identity.ts'
import { PageInCall } from '../pageInCall.ts'
import type { SocketPage } from '../socketPage.ts'
import type { Topics } from '../topics.ts'

/** Who asks, and what the node has. */
export interface ConnectionContext {
  page: SocketPage
  directory: Directory
  principals: Principals
  topics: Topics
}

type ConnectionHandlers = {
  [N in ConnectionRequestName]: (
    context: ConnectionContext,
    payload: RequestPayload<N>,
  ) => Promise<RequestReply<N>> | RequestReply<N>
}

/** What a page asks of its connection. Who may is decided by the standing in the meeting that is named. */
export const connectionHandlers: ConnectionHandlers = {
  'call:enter': async (context, { meetingId }) => {
    const { page } = context
    // One after the other: what is asked of the call meanwhile waits (see the gateway).
    const entering = page.entering.then(async () => {
      page.entersMeetingId = meetingId
      await enter(context, meetingId).finally(() => (page.entersMeetingId = null))
    })
    page.entering = entering.catch(() => undefined) // whoever asked is told
    await entering
    return {}
  },
  'call:exit': async ({ page }) => {
    await page.entering
    exit(page)
    return {}
  },
  'topics:follow': async ({ page, topics }, asked) => ({ refused: await topics.follow(page, asked.topics) }),
  'topics:drop': ({ page, topics }, asked) => {
    topics.drop(page, asked.topics)
    return {}
  },
  'connection:check': () => ({}),
}

/** @throws AppError not_found, forbidden, removed, meeting_cancelled, wrong_node, rate_limited, storage_unavailable */
async function enter(
  { page, directory, principals }: ConnectionContext,
  meetingId: MeetingId,
): Promise<void> {
  const identity = identityOf(await principals.standingIn(page.principal, meetingId))
  if (identity.subject.meetingStatus === 'cancelled') throw new AppError('meeting_cancelled')
  const { place } = page
  if (place?.meetingId === meetingId && place.identity.participantId === identity.participantId) {
    place.renew(identity)
    place.call.pages.rescope(place)
    return
  }
  exit(page)
  const call = await directory.open(meetingId)
  if (!page.isOpen) throw new AppError('timeout', 'the page went while it entered')
  const entered = new PageInCall(page, call, identity)
  call.connect(entered)
  page.place = entered
}

/** By the page's own will: a seat is given up, not kept. */
function exit({ place }: SocketPage): void {
  if (!place) return
  place.call.seats.leave(place)
  place.end()
}
