import type { RoomEvent } from '#contract/room/room.ts'

/** One person's speaking to one item: stretches with short silences or short answers of others between them. */
export interface Turn {
  participantId: string
  atMs: number
  /** What was spoken, without the silences. */
  durationMs: number
}

/** What was spoken while one item was called; `itemId` is null before the first. */
export interface SpokenItem {
  itemId: string | null
  startedAtMs: number
  turns: Turn[]
}

/** A silence longer than this begins a new turn. */
const turnGapMs = 60_000
/** Less than this is no contribution of somebody who asked to speak: a cough, a "yes", a door. */
const shortestTurnMs = 3_000
/** Less than this is none of anybody who did not: a microphone that was left open hears the room. */
const shortestUnaskedMs = 15_000
/** A hand that was raised, or the floor that was given, this long before is what the turn answers. */
const askedWithinMs = 20 * 60_000

/**
 * Who spoke when to which item, from the stored events alone. Pure. Items come in the order in which they were first
 * called; speech over a change of item counts for each; an item that was called again goes on.
 * @param startMs where the time before the first item begins
 * @param endMs where speech is cut off: the end of the call
 */
export function spokenItems(events: readonly RoomEvent[], startMs: number, endMs: number): SpokenItem[] {
  const periods = periodsOf(events, startMs, endMs)
  const items = new Map<string | null, SpokenItem & { stretches: Stretch[] }>()
  for (const { itemId, fromMs } of periods) {
    if (!items.has(itemId)) items.set(itemId, { itemId, startedAtMs: fromMs, turns: [], stretches: [] })
  }
  for (const event of events) {
    if (event.type !== 'spoke') continue
    for (const period of periods) {
      const fromMs = Math.max(event.fromMs, period.fromMs)
      const toMs = Math.min(event.toMs, period.toMs)
      if (toMs <= fromMs) continue
      items.get(period.itemId)?.stretches.push({ participantId: event.participantId, fromMs, toMs })
    }
  }
  return [...items.values()].map(({ itemId, startedAtMs, stretches }) => ({
    itemId,
    startedAtMs,
    turns: turnsOf(stretches).filter(
      (turn) => turn.durationMs >= (hasAsked(turn, events) ? shortestTurnMs : shortestUnaskedMs),
    ),
  }))
}

function hasAsked(turn: Turn, events: readonly RoomEvent[]): boolean {
  return events.some(
    (event) =>
      (event.type === 'handRaised' || event.type === 'speechBegan') &&
      event.participantId === turn.participantId &&
      event.atMs <= turn.atMs + turn.durationMs &&
      event.atMs >= turn.atMs - askedWithinMs,
  )
}

interface Stretch {
  participantId: string
  fromMs: number
  toMs: number
}

function periodsOf(
  events: readonly RoomEvent[],
  startMs: number,
  endMs: number,
): { itemId: string | null; fromMs: number; toMs: number }[] {
  const starts: { itemId: string | null; fromMs: number }[] = [{ itemId: null, fromMs: startMs }]
  for (const event of events) {
    if (event.type === 'agendaItemStarted') starts.push({ itemId: event.itemId, fromMs: event.atMs })
  }
  return starts.map((start, index) => ({ ...start, toMs: starts[index + 1]?.fromMs ?? endMs }))
}

function turnsOf(stretches: Stretch[]): Turn[] {
  const open = new Map<string, { turn: Turn; endMs: number }>()
  const turns: Turn[] = []
  for (const { participantId, fromMs, toMs } of stretches.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = open.get(participantId)
    if (last && fromMs - last.endMs <= turnGapMs) {
      last.turn.durationMs += Math.max(0, toMs - Math.max(fromMs, last.endMs))
      last.endMs = Math.max(last.endMs, toMs)
      continue
    }
    const turn = { participantId, atMs: fromMs, durationMs: toMs - fromMs }
    open.set(participantId, { turn, endMs: toMs })
    turns.push(turn)
  }
  return turns
}
