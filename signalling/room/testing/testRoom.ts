import { AgendaItemId, ClientId, MeetingId, ParticipantId, RecordingId } from '#contract/ids.ts'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import type { MeetingRole } from '#contract/meeting.ts'
import { emptyRoomView, type RoomEvent } from '#contract/room/room.ts'
import { Room } from '../room.ts'
import type { Entry } from '../seats.ts'

// A room and its people, for the tests of the slices.

export const meetingId = MeetingId.parse('m1')
export const agenda = ['item1', 'item2'].map((id) => ({
  id: AgendaItemId.parse(id),
  title: id,
  presenter: '',
  durationMin: null,
  startedAtMs: null,
}))
export const person = (id: string): ParticipantId => ParticipantId.parse(id)
export const recording = (id: string): RecordingId => RecordingId.parse(id)

/** A room with a grace of a minute, of its first home unless it is given. */
export function newRoom(epoch = 1, past: RoomEvent[] = []): Room {
  return new Room(emptyRoomView(meetingId, agenda, epoch), { seatGraceMs: 60_000, past })
}

/** Somebody at the door, microphone and camera open unless told otherwise. */
export function entry(id: string, role: MeetingRole = 'delegate', change: Partial<Entry> = {}): Entry {
  return {
    member: { id: person(id), name: `Name ${id}`, unitName: '', position: '', role, kind: 'person' },
    clientId: ClientId.parse(`page-${id}`),
    microphone: 'open',
    camera: 'open',
    site: null,
    takeOver: false,
    isResume: false,
    ...change,
  }
}

/** A call with chair, secretary, two delegates and a guest, everybody's microphone open. */
export function newOpenRoom(): Room {
  const room = newRoom()
  for (const [id, role] of [
    ['chair', 'chair'],
    ['secretary', 'secretary'],
    ['an', 'delegate'],
    ['binh', 'delegate'],
    ['guest', 'guest'],
  ] as const) {
    room.seats.join(entry(id, role), 1000)
  }
  return room
}

/** The code with which an act is refused; null when it is not. */
export function codeOf(act: () => unknown): ErrorCode | null {
  try {
    act()
    return null
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

/** The level of somebody's microphone; undefined for who is not there. */
export const microphoneOf = (room: Room, id: string) => room.participant(person(id))?.grant.microphone
