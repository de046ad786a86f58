import type { ParticipantId, TrackId } from '#contract/ids.ts'
import type { TrackSource } from '#contract/grant.ts'
import type { RecordingFault, RecordingGap } from '#contract/recorder.ts'
import type { Names } from '../journalFormat.ts'

/** A stretch of the recording's time, in milliseconds from its beginning. */
export interface Span {
  fromMs: number
  toMs: number
}

/** One track as it was captured, remuxed without loss. All times are from the recording's beginning. */
export interface RemuxedTrack {
  participantId: ParticipantId
  trackId: TrackId
  source: TrackSource
  /** A Matroska file whose timestamps are the recording's; null when nothing usable arrived. */
  file: string | null
  /** Key pictures in the file; 0 for sound. */
  keyPictures: number
  /** From its publication to its end. */
  published: Span
  /** Video: when there is a picture. Audio: when somebody speaks. */
  active: Span[]
  /** What keeps it, or a part of it, out of the picture or the mix; `detail` is for the log. */
  fault: { reason: RecordingFault['reason']; detail: string } | null
}

/** All that the journals of a recording held. */
export interface RemuxedRecording {
  /** Epoch milliseconds of the beginning. */
  startedAtMs: number
  durationMs: number
  names: Names
  tracks: RemuxedTrack[]
  /** In the order of time. */
  gaps: RecordingGap[]
  counts: {
    frames: number
    droppedFrames: number
    lostPackets: number
    damagedBatches: number
    tornBytes: number
  }
}

/** Joins spans that are no more than `gapMs` apart; sorted. */
export function joinSpans(spans: readonly Span[], gapMs = 0): Span[] {
  const joined: Span[] = []
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1)
    if (last && span.fromMs - last.toMs <= gapMs) last.toMs = Math.max(last.toMs, span.toMs)
    else joined.push({ ...span })
  }
  return joined
}

/** How much of `spans` lies between two times. */
export function coveredMs(spans: readonly Span[], fromMs: number, toMs: number): number {
  return spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs)),
    0,
  )
}

/** Whether a time lies within one of the spans. */
export function isWithin(spans: readonly Span[], atMs: number): boolean {
  return spans.some((span) => span.fromMs <= atMs && atMs < span.toMs)
}
