import { AgendaItemId, ParticipantId, SiteId } from '#contract/ids.ts'
import { siteWithUnit } from '#contract/siteName.ts'
import type { ParticipantView } from '#contract/room/participantView.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { PrismaTx } from './client.ts'
import { kindOf, roleOf } from './participants.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** What a call leaves behind: who came when (one late, one not at all), the agenda, who spoke. */
export async function addSampleCall(
  tx: PrismaTx,
  meetingId: string,
  plan: { startsAtMs: number; endsAtMs: number },
  status: 'ended' | 'open',
): Promise<void> {
  const rows = await tx.participant.findMany({
    where: { meetingId },
    orderBy: [{ role: 'asc' }, { id: 'asc' }],
  })
  const agenda = await tx.agendaItem.findMany({ where: { meetingId }, orderBy: { position: 'asc' } })
  const chair = rows.find((row) => row.role === 'chair')
  if (!chair) throw new Error('a meeting without a chair')
  const by = ParticipantId.parse(chair.id)
  const start = plan.startsAtMs
  const end = plan.endsAtMs - 10 * minuteMs
  const events: RoomEvent[] = [{ type: 'callOpened', atMs: start - 5 * minuteMs, by }]
  if (status === 'ended') {
    const away = rows.find((row) => row.role === 'delegate' && row.kind === 'person')
    const present = rows.filter((row) => row !== away)
    present.forEach((row, index) => {
      const atMs = start - 4 * minuteMs + index * 40_000
      events.push({ type: 'participantJoined', atMs, participant: viewOf(row, atMs) })
    })
    const stepMs = Math.floor((end - start) / Math.max(1, agenda.length))
    agenda.forEach((item, index) => {
      const atMs = start + 10 * minuteMs + index * stepMs
      const speaker = present[index % present.length]?.id ?? chair.id
      const [fromMs, toMs] = [atMs + minuteMs, atMs + 5 * minuteMs]
      events.push({ type: 'agendaItemStarted', atMs, itemId: AgendaItemId.parse(item.id), by })
      events.push({ type: 'spoke', atMs: toMs, participantId: ParticipantId.parse(speaker), fromMs, toMs })
    })
    for (const row of present) {
      events.push({
        type: 'participantLeft',
        atMs: end,
        participantId: ParticipantId.parse(row.id),
        reason: 'ended',
      })
    }
    events.push({ type: 'callEnded', atMs: end, by })
    if (away) {
      const answer = {
        response: 'declined',
        responseReason: 'Đi công tác',
        respondedAt: new Date(start - dayMs),
      }
      await tx.participant.update({ where: { id: away.id }, data: answer })
    }
    const accepted = present.filter((row) => row.kind === 'person').map((row) => row.id)
    await tx.participant.updateMany({ where: { id: { in: accepted } }, data: { response: 'accepted' } })
  }
  await tx.callEvent.createMany({
    data: events
      .toSorted((a, b) => a.atMs - b.atMs)
      .map((event, index) => ({
        ...{ meetingId, seq: index + 1, epoch: 0, type: event.type },
        payload: JSON.parse(JSON.stringify(event)),
        at: new Date(event.atMs),
      })),
  })
  await tx.meeting.update({
    where: { id: meetingId },
    data: {
      status,
      openedAt: new Date(start - 5 * minuteMs),
      endedAt: status === 'ended' ? new Date(end) : null,
    },
  })
}

function viewOf(
  row: {
    id: string
    name: string
    unitName: string
    position: string
    role: string
    kind: string
    siteId: string | null
  },
  joinedAtMs: number,
): ParticipantView {
  const { name, unitName, position } = row
  return {
    ...{ name, unitName, position, joinedAtMs },
    id: ParticipantId.parse(row.id),
    role: roleOf(row.role),
    kind: kindOf(row.kind),
    siteId: row.siteId === null ? null : SiteId.parse(row.siteId),
    siteName: row.siteId === null ? null : siteWithUnit(row),
    isConnected: true,
    handRaisedAtMs: null,
    grant: { microphone: 'muted', camera: 'muted', screen: 'muted', screenAudio: 'muted' },
    tracks: [],
  }
}
