import { ClientId, TrackId, type ParticipantId } from '#contract/ids.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import { listOrders, speechKinds } from '#contract/room/speechKinds.ts'
import type { Room } from '../room.ts'
import { agenda, entry, person, recording } from './testRoom.ts'

/** Who lives in a random call. */
export const castOfLives = [
  ['chair', 'chair'],
  ['secretary', 'secretary'],
  ['an', 'delegate'],
  ['binh', 'delegate'],
  ['guest', 'guest'],
  ['technician', 'technician'],
] as const

const pages = ['page1', 'page2'].map((id) => ClientId.parse(id))

/** Small, seeded, so that a failure can be run again. */
export function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296
    return state / 4294967296
  }
}

/** One of a list. */
export function picker(random: () => number): <T>(list: readonly T[]) => T {
  return (list) => {
    const found = list[Math.floor(random() * list.length)]
    if (found === undefined) throw new Error('empty list')
    return found
  }
}

/** Something that may happen next in a call, allowed or not; `isModerators` says whose word it is. */
export function nextAct(
  room: Room,
  random: () => number,
  step: number,
  nowMs: number,
): { isModerators: boolean; act: () => RoomEvent[] } {
  const pick = picker(random)
  const [id, role] = pick(castOfLives)
  const me = person(id)
  const other = person(pick(castOfLives)[0])
  const by = person('secretary')
  const source = pick(['microphone', 'camera', 'screen'] as const)
  const level = pick(['muted', 'forbidden', 'allowed'] as const)
  const wanted = pick(['open', 'muted'] as const)
  const arrival = {
    clientId: pick(pages),
    microphone: wanted,
    takeOver: random() < 0.5,
    isResume: random() < 0.3,
  }
  const moderators: (() => RoomEvent[])[] = [
    () => room.sound.mute(other, source, level, me, nowMs),
    () => room.sound.muteAll(random() < 0.5, me, nowMs),
    () => room.sound.allowUnmute(me, nowMs),
    () => room.seats.remove(other, random() < 0.02, by, nowMs),
    () => room.presence.mark({ participantId: other, siteId: null, isPresent: random() < 0.6 }, by, nowMs),
    ...floorActs(room, random, other, by, nowMs),
  ]
  const others: (() => RoomEvent[])[] = [
    () => room.seats.join(entry(id, role, arrival), nowMs).events,
    () => room.seats.join(entry(id, role, arrival), nowMs).events,
    () => room.seats.disconnect(me, pick(pages), nowMs),
    () => room.tick(nowMs),
    () => room.seats.leave(me, nowMs),
    () => room.floor.raise(me, nowMs),
    () => room.floor.ask(me, { kind: pick(speechKinds), agendaItemId: pick(agenda).id }, nowMs),
    () => room.floor.lower(me, pick([me, other]), nowMs),
    () => room.chat.post(me, { id: `message${Math.floor(random() * 20)}`, text: 'x' }, nowMs).events,
    () => room.sound.setSource(me, source, wanted, nowMs),
    () => room.agenda.start(pick(agenda).id, me, nowMs),
    () => room.recording.propose(me, nowMs),
    () => room.recording.follow({ type: 'start', recordingId: recording(`r${step}`) }, me, nowMs),
    () => room.recording.follow({ type: 'stop' }, me, nowMs),
    () => room.recording.follow({ type: 'started', recordingId: recording(`r${step - 3}`) }, null, nowMs),
    () =>
      room.recording.follow(
        { type: 'failed', recordingId: recording(`r${step - 4}`), code: 'disk_full' },
        null,
        nowMs,
      ),
    () => room.sound.publishTrack(me, { id: TrackId.parse(`t${step}`), source }, nowMs),
    () => room.sound.dropTracks(me, nowMs),
    () => room.floor.noteSpeech(me, nowMs - 3000, nowMs, nowMs),
  ]
  const isModerators = random() < 0.25
  return { isModerators, act: pick(isModerators ? moderators : others) }
}

const limits = { contribution: 60_000, question: 20_000, reply: null, pointOfOrder: 10_000 }

/** What who runs the meeting does with the speaking list and the floor, as they see them. */
export function floorActs(
  room: Room,
  random: () => number,
  other: ParticipantId,
  by: ParticipantId,
  nowMs: number,
): (() => RoomEvent[])[] {
  const pick = picker(random)
  const { requests, speech } = room.view.floor
  const after = speech?.participantId ?? null
  const speaker = after ?? other
  const key = requests.length === 0 ? { participantId: other, agendaItemId: null } : pick(requests)
  const before = requests.length === 0 || random() < 0.3 ? null : pick(requests)
  return [
    () => room.floor.give(key, { after, limits }, by, nowMs),
    () => room.floor.next({ after, limits }, by, nowMs),
    () => room.floor.end(speaker, by, nowMs),
    () => room.floor.extend(speaker, 60_000, by, nowMs),
    () => room.floor.pause(speaker, random() < 0.5, by, nowMs),
    () => room.floor.move(key, before, by, nowMs),
    () => room.floor.arrange({ isOpen: random() < 0.7, order: pick(listOrders) }, by, nowMs),
    () => room.floor.withdraw(key, by, nowMs),
  ]
}
