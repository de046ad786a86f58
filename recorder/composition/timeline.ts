import type { ParticipantId } from '#contract/ids.ts'
import { shownScreen } from '#contract/shownScreen.ts'
import {
  coveredMs,
  isWithin,
  joinSpans,
  type RemuxedRecording,
  type RemuxedTrack,
  type Span,
} from './remuxed.ts'
import { frameMs, maxGridTiles, maxStripTiles } from './layout.ts'

/** One face: with a picture, or a plate with the name. */
export interface SceneTile {
  participantId: ParticipantId
  /** The camera's file; null for a plate. */
  file: string | null
  /** When this participant speaks, within the scene. */
  speech: Span[]
}

/** A stretch in which the same things stand in the same places. */
export interface Scene {
  fromMs: number
  toMs: number
  screen: { participantId: ParticipantId; file: string } | null
  tiles: SceneTile[]
}

/** The videos of a scene. */
export function filesOf(scene: Scene): string[] {
  return [scene.screen?.file, ...scene.tiles.map((tile) => tile.file)].flatMap((file) => file ?? [])
}

/** The scene with no other videos than these: plates stand for the rest. */
export function sceneWith(scene: Scene, files: readonly string[]): Scene {
  return {
    ...scene,
    screen: scene.screen && files.includes(scene.screen.file) ? scene.screen : null,
    tiles: scene.tiles.map((tile) =>
      tile.file !== null && files.includes(tile.file) ? tile : { ...tile, file: null },
    ),
  }
}

/** Changes that follow each other this fast make one cut. */
const cutMs = 1_000
/** When not all have room, who is shown is thought over this often. */
const choiceEveryMs = 10_000
/** Nobody composes more than this in one piece: progress, and little work lost by a cancellation. */
const longestSceneMs = 120_000
/** Who spoke for less than this in the whole meeting gets no plate. */
const shortestVoiceMs = 1_000
/** Leaving and coming back within this is not leaving. */
const rejoinMs = 5_000

interface Person {
  id: ParticipantId
  cameras: RemuxedTrack[]
  screens: RemuxedTrack[]
  speech: Span[]
  present: Span[]
  hasVoice: boolean
}

function peopleOf(tracks: readonly RemuxedTrack[]): Person[] {
  const people = new Map<ParticipantId, RemuxedTrack[]>()
  for (const track of tracks)
    people.set(track.participantId, [...(people.get(track.participantId) ?? []), track])
  return [...people].map(([id, own]) => {
    const speech = joinSpans(own.filter((t) => t.source === 'microphone').flatMap((t) => t.active))
    return {
      id,
      cameras: own.filter((t) => t.source === 'camera' && t.file !== null),
      screens: own.filter((t) => t.source === 'screen' && t.file !== null),
      speech,
      present: joinSpans(
        own.map((t) => t.published),
        rejoinMs,
      ),
      hasVoice: coveredMs(speech, 0, Number.POSITIVE_INFINITY) >= shortestVoiceMs,
    }
  })
}

/**
 * Cuts a recording's time into scenes, without holes. Pure.
 * Shown: cameras that are on, and plates of those present who speak at some time in the meeting; when there is
 * neither, plates of all who are present. Of too many, those who spoke last stay.
 */
export function scenesOf(recording: Pick<RemuxedRecording, 'durationMs' | 'tracks'>): Scene[] {
  const people = peopleOf(recording.tracks)
  const endMs = Math.max(frameMs, onGrid(recording.durationMs))
  const scenes: Scene[] = []
  let shown: ParticipantId[] = []
  const cuts = cutsOf(people, endMs)
  for (const [i, cut] of cuts.entries()) {
    const toMs = cuts[i + 1]?.atMs ?? endMs
    const scene = sceneAt(people, cut.lookAtMs, { fromMs: cut.atMs, toMs }, shown)
    shown = scene.tiles.map((tile) => tile.participantId)
    const before = scenes.at(-1)
    if (before && isSame(before, scene) && toMs - before.fromMs <= longestSceneMs) {
      before.toMs = toMs
      for (const [t, tile] of before.tiles.entries()) tile.speech.push(...(scene.tiles[t]?.speech ?? []))
    } else scenes.push(scene)
  }
  return scenes
}

const onGrid = (ms: number): number => Math.round(ms / frameMs) * frameMs
/** Rounded down, a change would not have happened yet when it is looked at. */
const nextOnGrid = (ms: number): number => Math.ceil(ms / frameMs) * frameMs

/** Where something may change; `lookAtMs` is when all changes of the cut have happened. */
function cutsOf(people: readonly Person[], endMs: number): { atMs: number; lookAtMs: number }[] {
  const times = new Set<number>()
  for (const person of people) {
    for (const span of [
      ...person.present,
      ...[...person.cameras, ...person.screens].flatMap((t) => t.active),
    ]) {
      times.add(nextOnGrid(span.fromMs)).add(nextOnGrid(span.toMs))
    }
  }
  const isCrowded = people.length > maxStripTiles
  for (let atMs = choiceEveryMs; isCrowded && atMs < endMs; atMs += choiceEveryMs) times.add(atMs)
  for (let atMs = longestSceneMs; atMs < endMs; atMs += longestSceneMs) times.add(atMs)
  const cuts = [{ atMs: 0, lookAtMs: 0 }]
  let clusterFromMs = 0
  for (const atMs of [...times].sort((a, b) => a - b)) {
    const last = cuts.at(-1)
    if (!last || atMs <= 0 || atMs >= endMs) continue
    if (atMs - clusterFromMs < cutMs) {
      // The first scene looks ahead instead of beginning late.
      if (last.atMs > 0) last.atMs = atMs
      last.lookAtMs = atMs
    } else {
      cuts.push({ atMs, lookAtMs: atMs })
      clusterFromMs = atMs
    }
  }
  return cuts
}

function sceneAt(
  people: readonly Person[],
  atMs: number,
  span: Span,
  before: readonly ParticipantId[],
): Scene {
  const cameraOf = (person: Person): RemuxedTrack | undefined =>
    person.cameras.findLast((track) => isWithin(track.active, atMs))
  const screens = people.flatMap((person) => person.screens).filter((track) => isWithin(track.active, atMs))
  const screen = shownScreen(screens, (track) => track.published.fromMs)
  const present = people.filter((person) => isWithin(person.present, atMs))
  let wanted = present.filter((person) => person.hasVoice || cameraOf(person))
  if (wanted.length === 0 && !screen) wanted = present
  const chosen = choose(wanted, screen ? maxStripTiles : maxGridTiles, atMs, before)
  return {
    ...span,
    screen: screen?.file ? { participantId: screen.participantId, file: screen.file } : null,
    tiles: chosen.map((person) => ({
      participantId: person.id,
      file: cameraOf(person)?.file ?? null,
      speech: clip(person.speech, span),
    })),
  }
}

/** Those who matter most now, in the order in which they came, so that nobody changes places without need. */
function choose(
  people: readonly Person[],
  most: number,
  atMs: number,
  before: readonly ParticipantId[],
): Person[] {
  const byArrival = people.toSorted((a, b) => (a.present[0]?.fromMs ?? 0) - (b.present[0]?.fromMs ?? 0))
  if (byArrival.length <= most) return byArrival
  const weight = (person: Person): number =>
    5 * coveredMs(person.speech, atMs, atMs + choiceEveryMs) +
    2 * coveredMs(person.speech, atMs - 60_000, atMs) +
    coveredMs(person.speech, atMs - 600_000, atMs) / 10 +
    (before.includes(person.id) ? 500 : 0) +
    (person.cameras.some((track) => isWithin(track.active, atMs)) ? 250 : 0)
  const chosen = new Set(byArrival.toSorted((a, b) => weight(b) - weight(a)).slice(0, most))
  return byArrival.filter((person) => chosen.has(person))
}

function clip(spans: readonly Span[], to: Span): Span[] {
  return spans
    .map((span) => ({ fromMs: Math.max(span.fromMs, to.fromMs), toMs: Math.min(span.toMs, to.toMs) }))
    .filter((span) => span.toMs > span.fromMs)
}

function isSame(a: Scene, b: Scene): boolean {
  return (
    a.screen?.file === b.screen?.file &&
    a.tiles.length === b.tiles.length &&
    a.tiles.every((tile, i) => {
      const other = b.tiles[i]
      return tile.participantId === other?.participantId && tile.file === other.file
    })
  )
}
