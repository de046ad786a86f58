import { randomUUID } from 'node:crypto'
import type { MeetingId } from '#contract/ids.ts'
import { hashToken, newToken } from '#db/secrets.ts'
import { joinCookie } from '#office/accounts/joinLinks.ts'
import { newCity, startOffice, planMeeting, testSecret, type City, type Office } from '../testing/city.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'

/** A platform in a process of its own with an administration to hold meetings in. */
export interface PlatformHarness {
  platform: PlatformProcess
  office: Office
  city: City
  close(): Promise<void>
}

/** Starts the platform on an empty data folder; ends with `close`. */
export async function startPlatformHarness(env: Record<string, string> = {}): Promise<PlatformHarness> {
  const platform = await startPlatformProcess({ LOG_LEVEL: 'warn', ...env }, 120_000)
  const office = await startOffice(platform.dataDir)
  return {
    platform,
    office,
    city: await newCity(office),
    async close() {
      await office.close()
      await platform.stop()
      platform.remove()
    },
  }
}

/** A meeting that begins now with this many guests, each with a join link; straight into the database. */
export async function callGuests(
  { office, city }: PlatformHarness,
  count: number,
): Promise<{ meetingId: MeetingId; guestCookies: string[] }> {
  const { id: meetingId } = await planMeeting(office, city)
  const guests = Array.from({ length: count }, (_none, index) => ({
    id: randomUUID(),
    name: `Đại biểu Mẫu ${index + 1}`,
    linkId: randomUUID(),
  }))
  const { prisma } = office.database
  await prisma.participant.createMany({
    data: guests.map(({ id, name }) => ({
      id,
      name,
      meetingId,
      role: 'guest',
      unitName: 'Phường Hoàn Kiếm',
    })),
  })
  const validMs = 3_600_000
  await prisma.joinLink.createMany({
    data: guests.map(({ id, linkId }) => ({
      id: linkId,
      tokenHash: hashToken(newToken()),
      meetingId,
      participantId: id,
      expiresAt: new Date(Date.now() + validMs),
    })),
  })
  return {
    meetingId,
    guestCookies: guests.map(
      ({ linkId: id }) => joinCookie(testSecret, { id, meetingId }, validMs, false).split(';')[0] ?? '',
    ),
  }
}
