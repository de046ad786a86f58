import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { presenceOf } from '#contract/attendance.ts'
import { MeetingId } from '#contract/ids.ts'
import { MinutesContent } from '#contract/minutes.ts'
import { emptyRoomView } from '#contract/room/room.ts'
import { findMeetingRecord } from '#db/attendance.ts'
import { callEvents, loadCall } from '#db/calls.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { restoreDump, type Dump } from '#db/testing/testDump.ts'
import { attendanceRows } from '#office/attendance/attendanceRows.ts'
import { draftMinutes } from '#office/minutes/minutesDraft.ts'
import { Room } from '#signalling/room/room.ts'

/** What the release that stored a call made of it; see prisma/kept/README.md. */
interface Kept {
  tables: Dump
  expected: {
    view: { afterSeq: number; markedPresent: unknown; chat: object[] }
    presence: unknown[]
    attendance: { participantId: string }[]
    minutes: unknown
  }
}

const byParticipant = <T extends { participantId: string | null }>(rows: readonly T[]): T[] =>
  rows.toSorted((a, b) => ((a.participantId ?? '') < (b.participantId ?? '') ? -1 : 1))

/** What minutes say that happened: who was there from when, who spoke when and how long to which item. */
function factsOf({ startedAtMs, endedAtMs, chair, secretary, present, absent, items }: MinutesContent) {
  return {
    ...{ startedAtMs, endedAtMs, chair, secretary },
    present: byParticipant(present),
    absent: byParticipant(absent),
    items: Object.fromEntries(
      items.map((item) => [
        item.agendaItemId ?? 'before',
        { title: item.title, startedAtMs: item.startedAtMs, speakers: item.speakers },
      ]),
    ),
  }
}

/** A hall is named with its unit since. */
const named = <T extends object>(rows: readonly T[]): T[] =>
  rows.map((row) =>
    'siteName' in row && row.siteName === 'Hội trường tầng 3'
      ? { ...row, siteName: 'Hội trường tầng 3 (Sở Tài chính)' }
      : row,
  )

const folder = join(import.meta.dirname, '../../prisma/kept')
const meetingId = MeetingId.parse('kept-meeting')
/** Long after the end. */
const nowMs = Date.UTC(2027, 0, 1)

let test: TestDatabase

beforeAll(async () => {
  test = await startTestDatabase()
})
afterAll(async () => {
  await test.drop()
})

describe('a call that was stored before the room was cut into slices', () => {
  const kept: Kept = JSON.parse(readFileSync(join(folder, 'call-2026-11.json'), 'utf8'))

  beforeAll(() => restoreDump(test.database, kept.tables))

  it('gives the same stays', async () => {
    const events = (await callEvents(test.database, meetingId)).map((stored) => stored.event)
    expect([...presenceOf(events, nowMs).values()]).toEqual(kept.expected.presence)
  })

  it('gives the same attendance list, in whatever order a list is in', async () => {
    const record = await findMeetingRecord(test.database, meetingId, 'attendance')
    const rows = record && attendanceRows(record, nowMs)
    // Nobody acknowledged recording then.
    const then = kept.expected.attendance.map((row) => ({ recordingAcknowledgedAtMs: null, ...row }))
    expect(rows && byParticipant(rows)).toEqual(byParticipant(named(then)))
  })

  it('gives draft minutes of the same facts, in whatever words and order they are told', async () => {
    const record = await findMeetingRecord(test.database, meetingId, 'minutes')
    const { endedAtMs } = record ?? {}
    if (!record || !endedAtMs) throw new Error('the meeting has not ended')
    const then = MinutesContent.parse(kept.expected.minutes)
    for (const item of then.items) {
      // What counts as a speech was decided anew since: sound of a few seconds alone no longer does.
      item.speakers = item.speakers.filter(({ durationMs }) => durationMs >= 15_000)
    }
    const { present, absent } = then
    const facts = factsOf({ ...then, present: named(present), absent: named(absent) })
    expect(factsOf(draftMinutes({ ...record, endedAtMs }))).toEqual(facts)
  })

  it('is rebuilt in the middle as it was', async () => {
    const stored = await callEvents(test.database, meetingId)
    const { afterSeq, markedPresent, ...view } = kept.expected.view
    const agenda = (await loadCall(test.database, meetingId))?.agenda ?? []
    const past = stored.filter(({ seq }) => seq <= afterSeq).map(({ event }) => event)
    const room = new Room(emptyRoomView(meetingId, agenda, 1), { seatGraceMs: 60_000, past })
    // A message names its sender's unit since; nothing tells it of those before.
    const chat = view.chat.map((message) => ({ unitName: '', ...message }))
    const { floor, ...rest } = room.view
    expect(rest).toEqual({ meetingId, epoch: 1, version: room.view.version, ...view, chat })
    // A hand that was raised stands in the speaking list since.
    const hands = Object.values(room.view.participants).filter(
      ({ handRaisedAtMs }) => handRaisedAtMs !== null,
    )
    expect(
      floor.requests.map(({ participantId, askedAtMs, kind }) => [participantId, askedAtMs, kind]),
    ).toEqual(hands.map(({ id, handRaisedAtMs }) => [id, handRaisedAtMs, 'contribution']))
    expect(floor).toMatchObject({ isOpen: true, speech: null, heldMs: {} })
    expect(room.moderators.markedPresent).toEqual(markedPresent)
  })
})
