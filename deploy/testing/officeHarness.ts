import type { ErrorCode } from '#contract/errors.ts'
import type { MeetingId, ParticipantId } from '#contract/ids.ts'
import { eventually } from '#signalling/testing/eventually.ts'
import { CallMember, refusal } from './callMember.ts'
import {
  newCity,
  guestCookie,
  startOffice,
  planMeeting,
  type City,
  type Citizen,
  type Office,
} from './city.ts'
import { startPlatformProcess, type PlatformProcess } from './platformProcess.ts'

/** A running platform whose calls carry no media, with a founded city in it: what tests of bad input knock at. */
export class OfficeHarness {
  readonly platform: PlatformProcess
  readonly office: Office
  readonly city: City
  readonly #open: { close(): unknown }[] = []

  private constructor(platform: PlatformProcess, office: Office, city: City) {
    this.platform = platform
    this.office = office
    this.city = city
  }

  /** @param databaseUrl a PostgreSQL of the test's own; without it the platform's embedded one */
  static async start(databaseUrl?: string): Promise<OfficeHarness> {
    const settings: Record<string, string> = { MEDIA_ENGINE: 'fake' }
    if (databaseUrl !== undefined) settings['DATABASE_URL'] = databaseUrl
    const platform = await startPlatformProcess(settings, 90_000)
    const office = await startOffice(platform.dataDir, databaseUrl)
    return new OfficeHarness(platform, office, await newCity(office))
  }

  get url(): string {
    return this.platform.url
  }

  /** A meeting of the city that begins now; its id. */
  async plan(): Promise<MeetingId> {
    return (await planMeeting(this.office, this.city)).id
  }

  /** A meeting with a guest; its guest's cookie. */
  async planWithGuest(): Promise<{ id: MeetingId; guestId: ParticipantId; cookie: string }> {
    const guests = [{ name: 'Tạ Văn Mẫu Khách', position: 'Chuyên gia', unitName: 'Viện Mẫu' }]
    const { id, detail } = await planMeeting(this.office, this.city, { guests })
    const guestId = detail.participants.find((one) => one.kind === 'person' && one.userId === null)?.id
    if (!guestId) throw new Error('The guest is not there')
    return { id, guestId, cookie: await guestCookie(this.office, this.city, id, guestId) }
  }

  /** A meeting that was held: the chair and the delegate came, and the chair ended it. */
  async hold(id?: MeetingId): Promise<MeetingId> {
    const held = id ?? (await this.plan())
    const chair = await this.join(held, this.city.chair)
    await this.join(held, this.city.delegate)
    await chair.ask('call:end', {})
    const { meetings } = this.office
    await eventually(async () => {
      const { status } = await meetings.get(this.city.secretary.viewer, held)
      if (status !== 'ended') throw new Error(`The meeting is ${status}`)
    })
    return held
  }

  /** A newly made link of a meeting's guest. */
  async newLink(id: MeetingId, guestId: ParticipantId): Promise<{ path: string }> {
    return await this.office.meetings.newJoinLink(this.city.secretary.viewer, id, guestId)
  }

  /** Joins a call, until `leaveAll`. */
  async join(id: MeetingId, who: Citizen | string): Promise<CallMember> {
    const cookie = typeof who === 'string' ? who : who.cookie
    return this.closing(await CallMember.join(this.url, id, cookie))
  }

  /** The code with which a join is refused; null when it is not. */
  async joinRefusal(id: MeetingId, cookie: string): Promise<ErrorCode | null> {
    return await refusal(this.join(id, cookie))
  }

  /** Hands over what `leaveAll` closes. */
  closing<T extends { close(): unknown }>(one: T): T {
    this.#open.push(one)
    return one
  }

  /** After each test. */
  leaveAll(): void {
    for (const one of this.#open.splice(0)) one.close()
  }

  /** Ends the platform and removes what it kept. */
  async close(): Promise<void> {
    this.leaveAll()
    await this.office.close()
    await this.platform.stop()
    this.platform.remove()
  }
}

/** A page's text as a person reads it. */
export function textOf(html: string): string {
  return html.replaceAll('&#39;', "'").replaceAll('&amp;', '&').normalize('NFC')
}
