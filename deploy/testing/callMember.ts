import { randomUUID } from 'node:crypto'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import { ClientId, type MeetingId, type ParticipantId } from '#contract/ids.ts'
import type { RequestInput } from '#contract/requests.ts'
import type { RequestReply } from '#contract/replies.ts'
import { applyRoomBatch, withScopes, withSnapshot } from '#contract/room/room.ts'
import type { PageViews, RoomView } from '#contract/room/views.ts'
import { connectCall, type CallAsk, type CallSignal } from '#signalling/client.ts'

const joinDefaults: RequestInput<'call:join'> = {
  media: {},
  microphone: 'open',
  camera: 'muted',
  siteId: null,
  sawRecordingNotice: true,
}

/** A participant without a browser, on a platform whose MEDIA_ENGINE is fake; comes back by itself as a page does. */
export class CallMember {
  readonly signal: CallSignal
  participantId: ParticipantId | null = null
  views: PageViews | null = null
  /** Codes with which the server closed the call on this member, in order. */
  readonly closedWith: ErrorCode[] = []
  readonly #cookie: string

  /** Connects; does not join. */
  constructor(url: string, meetingId: MeetingId, cookie: string) {
    this.#cookie = cookie
    this.signal = connectCall({
      url,
      meetingId,
      clientId: ClientId.parse(randomUUID()),
      headers: { cookie },
      timeoutMs: 15_000,
    })
    this.signal.on('call:closed', ({ error }) => this.closedWith.push(error.code))
    this.signal.on('state:changed', ({ state }) => {
      const { view } = this
      if (state !== 'connected' || !view) return
      const resume = { epoch: view.epoch, hasMedia: true }
      this.join({ resume }).catch(() => undefined) // the next connection tries again; tests look at the view
    })
    this.signal.on('room:events', (batch) => {
      if (!this.views) return
      const next = applyRoomBatch(this.views, batch)
      if (next !== 'gap') this.views = next
      else
        this.signal.request('view:sync', { scope: batch.scope }).then(
          (snapshot) => (this.views &&= withSnapshot(this.views, snapshot)),
          () => undefined,
        )
    })
    this.signal.on('room:scopes', (change) => {
      this.views &&= withScopes(this.views, change)
    })
  }

  /** Connects and joins. */
  static async join(url: string, meetingId: MeetingId, cookie: string): Promise<CallMember> {
    const member = new CallMember(url, meetingId, cookie)
    try {
      await member.join()
      return member
    } catch (error) {
      member.close()
      throw error
    }
  }

  async join(change: Partial<RequestInput<'call:join'>> = {}): Promise<RequestReply<'call:join'>> {
    const reply = await this.signal.request('call:join', { ...joinDefaults, ...change })
    this.views = reply.views
    this.participantId = reply.participantId
    return reply
  }

  ask<N extends CallAsk>(name: N, payload: RequestInput<N>): Promise<RequestReply<N>> {
    return this.signal.request(name, payload)
  }

  /** The code with which the server refuses a request; null when it does not. */
  async refusalOf<N extends CallAsk>(name: N, payload: RequestInput<N>): Promise<ErrorCode | null> {
    return await refusal(this.ask(name, payload))
  }

  /** Posts to the chat under a new id. */
  async post(text: string, id: string = randomUUID()): Promise<void> {
    await this.ask('chat:post', { id, text })
  }

  /** The call as everybody in it sees it. */
  get view(): RoomView | null {
    return this.views?.all ?? null
  }

  /** Somebody as this member sees them. */
  sees(other: CallMember) {
    return other.participantId === null ? undefined : this.view?.participants[other.participantId]
  }

  /** Texts of the chat, oldest first. */
  get chat(): string[] {
    return (this.view?.chat ?? []).map((message) => message.text)
  }

  /** The same person on another page. */
  again(url: string, meetingId: MeetingId): CallMember {
    return new CallMember(url, meetingId, this.#cookie)
  }

  close(): void {
    this.signal.close()
  }
}

/** The code of an expected failure; null when the work succeeds. Anything else is thrown on. */
export async function refusal(work: Promise<unknown>): Promise<ErrorCode | null> {
  try {
    await work
    return null
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}
