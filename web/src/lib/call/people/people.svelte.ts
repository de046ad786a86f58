import { attendanceCount } from '#contract/attendance.ts'
import type { TrackSource } from '#contract/grant.ts'
import type { ParticipantId, SiteId } from '#contract/ids.ts'
import type { CallHello } from '#contract/replies.ts'
import type { ParticipantView } from '#contract/room/participantView.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { RoomView } from '#contract/room/views.ts'
import type { FeaturePort, News } from '#web/call/feature.ts'
import { calledIn, expectedRows, rosterFollower, sharedScreenOf, type ExpectedRow } from './roster.ts'

const closable = ['microphone', 'camera', 'screen'] as const

/** Who is there, who should be, and what who moderates can do about them. */
export class People {
  readonly #port: FeaturePort & { readonly hello: CallHello | null }
  readonly #rosterOf = rosterFollower()
  #speechOverAtMs: number | null = null
  /** Everyone in the call, by given name. */
  readonly roster: readonly ParticipantView[] = $derived.by(() =>
    this.#port.view ? this.#rosterOf(this.#port.view) : [],
  )
  /** Expected against present. */
  readonly attendance: readonly ExpectedRow[] = $derived.by(() => {
    const { hello, views } = this.#port
    return hello && views ? expectedRows(hello.expected, hello.sites, views) : []
  })
  /** How many of them are there, as the office counts them too. */
  readonly count = $derived.by(() =>
    attendanceCount(this.attendance.map(({ role, state }) => ({ role, isThere: state !== 'absent' }))),
  )
  /** Whose screen is shown. */
  readonly sharing: ParticipantView | null = $derived.by(() =>
    this.#port.view ? sharedScreenOf(this.#port.view) : null,
  )

  constructor(port: FeaturePort & { readonly hello: CallHello | null }) {
    this.#port = port
  }

  get me(): ParticipantView | null {
    const { view, myId } = this.#port
    return (myId && view?.participants[myId]) ?? null
  }

  /** How somebody is called in a sentence: with the unit where another one in the call bears the same name. */
  called(person: ParticipantView): string {
    return calledIn(this.#port.view, person)
  }

  /** muted: may unmute again; forbidden: may not until allowed; allowed: the ban is lifted. */
  mute(
    participantId: ParticipantId,
    source: TrackSource,
    level: 'muted' | 'forbidden' | 'allowed',
  ): Promise<boolean> {
    return this.#port.act('participant:mute', { participantId, source, level })
  }

  muteAll(forbidUnmute: boolean): Promise<boolean> {
    return this.#port.act('participants:muteAll', { forbidUnmute })
  }

  allowUnmute(): Promise<boolean> {
    return this.#port.act('participants:allowUnmute', {})
  }

  remove(participantId: ParticipantId, isBanned: boolean): Promise<boolean> {
    return this.#port.act('participant:remove', { participantId, isBanned })
  }

  /** Somebody who is there without a page of one's own: at a site, or in the room. */
  markPresent(participantId: ParticipantId, siteId: SiteId | null, isPresent: boolean): Promise<boolean> {
    return this.#port.act('presence:mark', { participantId, siteId, isPresent })
  }

  newsOf(event: RoomEvent, before: RoomView): News[] {
    const { myId } = this.#port
    // What closes the microphone then comes at the same moment.
    if (event.type === 'speechEnded' && event.participantId === myId) this.#speechOverAtMs = event.atMs
    if (event.type !== 'grantChanged' || event.participantId !== myId || event.by === myId) return []
    const old = before.participants[myId]?.grant
    if (!old) return []
    const { grant } = event
    const isSpeechOver = event.by === null && event.atMs === this.#speechOverAtMs
    const news = closable
      .filter((source) => old[source] === 'open' && grant[source] !== 'open')
      .map((source): News => {
        const isForbidden = grant[source] === 'forbidden'
        return {
          subject: `closed ${source}`,
          say: ({ news: c }) => {
            if (source === 'camera') return c.mutedCamera
            if (source === 'screen') return c.mutedScreen
            if (isSpeechOver) return c.speechOver
            return isForbidden ? c.forbiddenMicrophone : c.mutedMicrophone
          },
        }
      })
    // Who has the floor is told of that.
    const isFreed =
      old.microphone === 'forbidden' &&
      grant.microphone !== 'forbidden' &&
      before.floor.speech?.participantId !== myId
    return isFreed ? [...news, { subject: 'unmuteAllowed', say: (c) => c.news.unmuteAllowed }] : news
  }
}
