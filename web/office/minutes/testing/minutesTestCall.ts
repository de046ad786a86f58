import { AgendaItemId, ParticipantId, SiteId } from '#contract/ids.ts'
import type { MeetingRole, ParticipantKind } from '#contract/meeting.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { AttendanceParticipant } from '#office/attendance/attendanceRows.ts'
import type { MeetingFacts } from '../minutesDraft.ts'

// A call as the room would have stored it, for tests; every name is invented.

/** 23 November 2026, 8:00 in Hanoi: the planned start. */
export const plannedMs = Date.UTC(2026, 10, 23, 1, 0)

/** Minutes and seconds after the planned start. */
export function after(minutes: number, seconds = 0): number {
  return plannedMs + (minutes * 60 + seconds) * 1000
}

/** An invited participant; the name is the id unless it is given. */
export function invited(
  id: string,
  role: MeetingRole,
  change: Partial<AttendanceParticipant> = {},
): AttendanceParticipant {
  return {
    id,
    kind: 'person',
    siteId: null,
    name: id,
    position: '',
    unitName: '',
    role,
    response: 'accepted',
    responseReason: '',
    ...change,
  }
}

/** Takes a seat. */
export function joins(
  id: string,
  atMs: number,
  change: { siteId?: string; name?: string; role?: MeetingRole; kind?: ParticipantKind } = {},
): RoomEvent {
  const level = 'muted' as const
  return {
    type: 'participantJoined',
    atMs,
    participant: {
      id: ParticipantId.parse(id),
      name: change.name ?? id,
      unitName: '',
      position: '',
      role: change.role ?? 'delegate',
      kind: change.kind ?? 'person',
      siteId: change.siteId === undefined ? null : SiteId.parse(change.siteId),
      siteName: null,
      joinedAtMs: atMs,
      isConnected: true,
      handRaisedAtMs: null,
      grant: { microphone: level, camera: level, screen: level, screenAudio: level },
      tracks: [],
    },
  }
}

export function leaves(id: string, atMs: number): RoomEvent {
  return { type: 'participantLeft', atMs, participantId: ParticipantId.parse(id), reason: 'left' }
}

export function drops(id: string, atMs: number): RoomEvent {
  return { type: 'participantDisconnected', atMs, participantId: ParticipantId.parse(id) }
}

export function returns(id: string, atMs: number): RoomEvent {
  return { type: 'participantReconnected', atMs, participantId: ParticipantId.parse(id) }
}

export function speaks(id: string, fromMs: number, toMs: number): RoomEvent {
  return { type: 'spoke', atMs: toMs, participantId: ParticipantId.parse(id), fromMs, toMs }
}

export function calls(itemId: string, atMs: number): RoomEvent {
  return {
    type: 'agendaItemStarted',
    atMs,
    itemId: AgendaItemId.parse(itemId),
    by: ParticipantId.parse('chair'),
  }
}

export function marks(id: string, atMs: number, siteId: string, isPresent = true): RoomEvent {
  return {
    type: 'presenceMarked',
    atMs,
    participantId: ParticipantId.parse(id),
    siteId: SiteId.parse(siteId),
    isPresent,
    by: ParticipantId.parse('secretary'),
  }
}

export function ends(atMs: number): RoomEvent {
  return { type: 'callEnded', atMs, by: ParticipantId.parse('chair') }
}

/**
 * A briefing of 90 minutes: a rehearsal before it, two halls of one name, one with a marked person, the other with one
 * who is late and reconnects, one excused, one silent, an uninvited guest, speech over a change of item, and items run out of their order.
 */
export function briefing(): MeetingFacts {
  return {
    title: 'Họp giao ban tháng 11 năm 2026',
    place: 'Phòng họp số 3',
    startsAtMs: plannedMs,
    openedAtMs: after(-30),
    endedAtMs: after(90),
    hostUnit: {
      code: 'STC',
      name: 'Tài chính',
      kind: 'sở',
      level: 'city',
      fullName: 'Sở Tài chính',
      parentFullName: 'Ủy ban nhân dân Thành phố Hà Nội',
    },
    participants: [
      invited('late', 'delegate', { name: 'Phạm Thị Hường', position: 'Phó Giám đốc', unitName: 'Sở Y tế' }),
      invited('chair', 'chair', { name: 'Nguyễn Hữu Thắng', position: 'Giám đốc', unitName: 'Sở Tài chính' }),
      invited('away', 'delegate', {
        name: 'Đỗ Quang Vỹ',
        unitName: 'Sở Xây dựng',
        response: 'declined',
        responseReason: 'đi công tác',
      }),
      invited('silent', 'delegate', { name: 'Vũ Hồng Nhật', unitName: 'Sở Nội vụ', response: 'pending' }),
      invited('secretary', 'secretary', { name: 'Trần Ngọc Ặng', unitName: 'Sở Tài chính' }),
      invited('hall', 'delegate', {
        kind: 'site',
        siteId: 'site1',
        name: 'Hội trường',
        unitName: 'Phường Hoàn Kiếm',
      }),
      invited('farHall', 'delegate', {
        kind: 'site',
        siteId: 'site2',
        name: 'Hội trường',
        unitName: 'Phường Ba Đình',
      }),
      invited('seated', 'delegate', { name: 'Lê Văn Quyết', unitName: 'Phường Hoàn Kiếm' }),
      invited('technician', 'technician', { name: 'Bùi Kỹ Thuật', unitName: 'Sở Tài chính' }),
      invited('guest', 'guest', { name: 'Hà Thị Mai', unitName: 'Công ty Mẫu' }),
    ],
    centralSiteId: null,
    siteNames: new Map([
      ['site1', 'Hội trường (Phường Hoàn Kiếm)'],
      ['site2', 'Hội trường (Phường Ba Đình)'],
    ]),
    agenda: [
      { id: 'item1', title: 'Thu ngân sách', presenter: '' },
      { id: 'item2', title: 'Đầu tư công', presenter: 'Phòng Đầu tư' },
      { id: 'item3', title: 'Việc khác', presenter: '' },
    ],
    events: [
      joins('technician', after(-30), { role: 'technician' }),
      joins('hall', after(-29), { siteId: 'site1', kind: 'site' }),
      joins('farHall', after(-29), { siteId: 'site2', kind: 'site' }),
      speaks('technician', after(-28), after(-20)),
      speaks('hall', after(-20), after(-15)),
      joins('chair', after(-2), { role: 'chair' }),
      joins('secretary', after(-2), { role: 'secretary' }),
      marks('seated', after(-1), 'site1'),
      joins('guest', after(0), { role: 'guest' }),
      joins('stranger', after(1), { name: 'Cao Văn Lạ', role: 'guest' }),
      speaks('chair', after(1), after(4)),
      speaks('technician', after(4), after(5)),
      calls('item2', after(6)),
      speaks('guest', after(7), after(9)),
      speaks('guest', after(9, 30), after(10)),
      joins('late', after(17), { siteId: 'site2' }),
      speaks('late', after(19), after(21)),
      calls('item1', after(20)),
      drops('late', after(25)),
      returns('late', after(26)),
      speaks('chair', after(30), after(30, 2)),
      drops('guest', after(40)),
      leaves('guest', after(41)),
      speaks('late', after(50), after(52)),
      calls('item2', after(60)),
      speaks('hall', after(61), after(62)),
      joins('guest', after(70)),
      ends(after(90)),
    ],
  }
}
