import type { Bus } from '#contract/bus.ts'
import { AppError } from '#contract/errors.ts'
import { MeetingId } from '#contract/ids.ts'
import { meetingTopic, showsInLists, type Topic } from '#contract/live.ts'
import { detach, type Log } from '#contract/log.ts'
import { MeetingChanged, meetingChangedTopic } from '#contract/meetingChanged.ts'
import type { AccountCredential } from '#contract/principal.ts'
import { maxTopics } from '#contract/protocol.ts'
import { RecorderEvent } from '#contract/recorder.ts'
import { maySee } from '#contract/standing.ts'
import type { Principals } from './identity.ts'
import type { SocketPage } from './socketPage.ts'

/** What looking up one topic takes from a page's store of messages, beside the request itself. */
const lookUpCost = 2

/**
 * Who follows what on this node. Any node serves any topic: what changed comes over the bus, and goes on as a hint to
 * who may see it. Rights are looked at when somebody begins to follow, and again whenever a page's rights are.
 */
export class Topics {
  readonly #principals: Principals
  readonly #log: Log
  readonly #followers = new Map<Topic, Set<SocketPage>>()

  constructor(options: { principals: Principals; log: Log }) {
    this.#principals = options.principals
    this.#log = options.log
  }

  /** Begins to listen; returns its cleanup. */
  async start(bus: Bus): Promise<() => Promise<void>> {
    const cleanup = [
      await bus.subscribe(meetingChangedTopic, (message) => {
        const parsed = MeetingChanged.safeParse(message)
        if (!parsed.success) this.#log.warn('meetingChangedMalformed')
        else detach(this.#log, 'hintNotSent', this.#tell(parsed.data))
      }),
      await bus.subscribe('recorder:events', (message) => {
        const parsed = RecorderEvent.safeParse(message) // the directory says when it is none
        if (!parsed.success) return
        const change = { meetingId: parsed.data.meetingId, part: 'recordings' } as const
        detach(this.#log, 'hintNotSent', this.#tell(MeetingChanged.parse(change)))
      }),
    ]
    return async () => {
      for (const end of cleanup) await end()
    }
  }

  /**
   * Returns the topics that are not the page's to follow.
   * @throws AppError rate_limited when they are too many, or more than the page may have looked up now
   */
  async follow(page: SocketPage, topics: readonly Topic[]): Promise<Topic[]> {
    if (new Set([...page.topics, ...topics]).size > maxTopics) throw new AppError('rate_limited', 'topics')
    const wanted = new Set(topics)
    if (!page.spend(lookUpCost * wanted.size, Date.now())) throw new AppError('rate_limited', 'topics')
    const refused: Topic[] = []
    for (const topic of wanted) {
      if (!(await this.#mayFollow(page, topic))) refused.push(topic)
      else if (page.isOpen) this.#add(page, topic)
    }
    return refused
  }

  drop(page: SocketPage, topics: Iterable<Topic>): void {
    for (const topic of [...topics]) {
      page.topics.delete(topic)
      const followers = this.#followers.get(topic)
      followers?.delete(page)
      if (followers?.size === 0) this.#followers.delete(topic)
    }
  }

  /** Looks at the page's rights again: what it may not see any more it no longer follows. */
  async recheck(page: SocketPage): Promise<void> {
    for (const topic of [...page.topics]) {
      if (!(await this.#mayFollow(page, topic))) this.drop(page, [topic])
    }
  }

  async #mayFollow({ principal }: SocketPage, topic: Topic): Promise<boolean> {
    if (topic === 'meetings') return principal.account !== null
    const meetingId = MeetingId.safeParse(topic.slice('meeting:'.length))
    const standing = meetingId.success ? await this.#principals.standingIn(principal, meetingId.data) : null
    return standing !== null && maySee(standing)
  }

  #add(page: SocketPage, topic: Topic): void {
    page.topics.add(topic)
    const followers = this.#followers.get(topic) ?? new Set()
    followers.add(page)
    this.#followers.set(topic, followers)
  }

  async #tell({ meetingId, part, version, formerUserIds }: MeetingChanged): Promise<void> {
    const change = { meetingId, part, version }
    const topic = meetingTopic(meetingId)
    for (const page of this.#followers.get(topic) ?? []) page.send('topic:changed', { topic, ...change })
    if (!showsInLists(change)) return
    const accounts = new Map<SocketPage, AccountCredential>()
    for (const page of this.#followers.get('meetings') ?? []) {
      if (page.principal.account) accounts.set(page, page.principal.account)
    }
    if (accounts.size === 0) return
    const concerned = await this.#principals.concernedBy(meetingId, [...accounts.values()])
    for (const [page, { userId }] of accounts) {
      if (!concerned.has(userId) && !formerUserIds.includes(userId)) continue
      page.send('topic:changed', { topic: 'meetings', ...change })
    }
  }
}
