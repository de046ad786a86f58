import type { TrackSource } from '#contract/grant.ts'
import type { ParticipantId } from '#contract/ids.ts'
import type { RecordingGap } from '#contract/recorder.ts'
import type { Names } from '../journalFormat.ts'

/** A stretch of a journal that is missing, by the media node's clock. */
export interface Hole {
  /** Before its first packet for a smaller one. */
  fromMs: number
  /** Null when nothing follows. */
  toMs: number | null
  /** Of which track; null for all. */
  note: { participantId: ParticipantId; source: TrackSource } | null
  reason: Extract<RecordingGap['reason'], 'damaged' | 'overloaded' | 'too_large'>
}

/** What gaps are found from. */
interface Journal {
  /** By the recorder's clock. */
  startedAtMs: number
  endedAtMs: number
  /** The recorder's clock minus the media node's. */
  offsetMs: number
  endReason: string | null
  holes: readonly Hole[]
}

/** Nobody misses less; damage is told however short. */
const shortestMs = 200
/** Gaps of one kind that are no more than this apart are told as one. */
const apartMs = 1_000
/** A list that somebody can read. */
const most = 200

/**
 * What a recording lacks: between its journals, in them, and after the last; in the order of time. Pure.
 * @param journals that could be read, in the order in which they were written
 * @param unreadable before which of these lay one that could not be read at all
 * @param stoppedAtMs when the recording ended, which may be after its last journal did; null when nobody knows
 */
export function gapsOf(
  journals: readonly Journal[],
  unreadable: readonly number[],
  originMs: number,
  names: Names,
  stoppedAtMs: number | null = null,
): RecordingGap[] {
  const gaps: RecordingGap[] = []
  const all = { participantId: null, name: '', source: null }
  let coveredToMs = 0
  for (const [index, journal] of journals.entries()) {
    const fromMs = journal.startedAtMs - originMs
    const former = journals[index - 1]
    const isLost = unreadable.includes(index)
    if (isLost || (former && fromMs - coveredToMs >= shortestMs)) {
      const reason = isLost || !former ? 'damaged' : reasonOf(former.endReason)
      gaps.push({ ...all, fromMs: Math.min(coveredToMs, fromMs), toMs: fromMs, reason })
    }
    const endMs = journal.endedAtMs - originMs
    for (const { note, reason, ...hole } of journal.holes) {
      const toTimeline = (ms: number): number =>
        Math.min(endMs, Math.max(fromMs, ms + journal.offsetMs - originMs))
      const span = {
        fromMs: toTimeline(hole.fromMs),
        toMs: hole.toMs === null ? endMs : toTimeline(hole.toMs),
      }
      if (reason === 'overloaded' && span.toMs - span.fromMs < shortestMs) continue
      const whose = note ? { ...note, name: names[note.participantId]?.name ?? '' } : all
      gaps.push({
        ...span,
        participantId: whose.participantId,
        name: whose.name,
        source: whose.source,
        reason,
      })
    }
    coveredToMs = Math.max(coveredToMs, endMs)
  }
  const endMs = Math.max(coveredToMs, stoppedAtMs === null ? 0 : stoppedAtMs - originMs)
  const last = journals.at(-1)
  if (unreadable.includes(journals.length)) {
    gaps.push({ ...all, fromMs: coveredToMs, toMs: endMs, reason: 'damaged' })
  } else if (last?.endReason !== 'stopped' && endMs - coveredToMs >= shortestMs) {
    gaps.push({ ...all, fromMs: coveredToMs, toMs: endMs, reason: reasonOf(last?.endReason ?? null) })
  }
  return joined(gaps).slice(0, most)
}

function reasonOf(endReason: string | null): RecordingGap['reason'] {
  switch (endReason) {
    case 'nodeClosing':
      return 'closed'
    case 'mediaLost':
    case 'replaced':
    case 'media_unavailable':
      return 'media_lost'
    case 'disk_full':
      return 'disk_full'
    default:
      return 'interrupted'
  }
}

function joined(gaps: readonly RecordingGap[]): RecordingGap[] {
  const out: RecordingGap[] = []
  for (const gap of gaps.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = out.findLast(
      (one) =>
        one.participantId === gap.participantId && one.source === gap.source && one.reason === gap.reason,
    )
    if (last && gap.fromMs - last.toMs <= apartMs) last.toMs = Math.max(last.toMs, gap.toMs)
    else out.push({ ...gap, fromMs: Math.round(gap.fromMs), toMs: Math.round(gap.toMs) })
  }
  return out.map((gap) => ({ ...gap, toMs: Math.round(gap.toMs) }))
}
