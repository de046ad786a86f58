import { z } from 'zod'
import { AgendaEvent } from './agendaEvents.ts'
import { ChatEvent } from './chatEvents.ts'
import { FloorEvent } from './floorEvents.ts'
import { PresenceEvent } from './presenceEvents.ts'
import { RecordingEvent } from './recordingEvents.ts'
import type { RoomEvent } from './room.ts'
import { SeatsEvent } from './seatsEvents.ts'
import { SoundEvent } from './soundEvents.ts'

/** The schema of every event. Apart from the rules, so that a page has those without the schema library. */
export const RoomEventSchema: z.ZodType<RoomEvent> = z.discriminatedUnion('type', [
  SeatsEvent,
  FloorEvent,
  AgendaEvent,
  ChatEvent,
  SoundEvent,
  RecordingEvent,
  PresenceEvent,
])

/**
 * An event as it comes out of the database, where every release that was ever here has written: fields that came
 * later take their defaults. What this release does not know stays as it is, and no rule heeds it.
 */
export function storedEvent(stored: unknown): RoomEvent {
  const known = RoomEventSchema.safeParse(stored)
  return known.success ? known.data : (stored as RoomEvent) // of a later release: see `applyRoomEvent`
}
