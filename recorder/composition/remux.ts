import { join } from 'node:path'
import { RtpClock, type RtpToWall } from '../rtpClock.ts'
import { parseRtp } from '../depacketize/rtp.ts'
import { Unwrapper } from '../depacketize/sequence.ts'
import { AppError } from '#contract/errors.ts'
import { readJournal } from '../journal.ts'
import type { JournalEntry, JournalNote, Names } from '../journalFormat.ts'
import { gapsOf, type Hole } from './gaps.ts'
import type { RemuxedRecording, RemuxedTrack } from './remuxed.ts'
import { AudioTrackRemuxer, VideoTrackRemuxer, type TrackRemuxer } from './trackRemuxer.ts'
import { payloadParserOf } from '../depacketize/videoAssembler.ts'

/** How journals are read. */
interface Reading {
  signal: AbortSignal
  onBatch: () => void
}

type TrackNote = Extract<JournalNote, { type: 'track' }>

/** A stream that sent for so long and of which nothing can be shown is a fault, not a track that had just begun. */
const certainMs = 3_000
/** So many damaged packets of sound (a second's), and more than whole ones, are a fault and not a bad line. */
const certainPackets = 50

interface Stream {
  note: TrackNote
  /** Of its packets with content; null before the first. */
  firstMs: number | null
  lastMs: number
  clock: RtpClock
  timestamps: Unwrapper
  endedAtMs: number | null
  pauses: { atMs: number; isPaused: boolean }[]
}

/** What a first reading of a journal tells: which streams, how their clocks lie, when it began and ended, what is missing. */
interface Survey {
  path: string
  startedAtMs: number
  endedAtMs: number
  offsetMs: number
  streams: Map<number, Stream>
  /** Why it ended; null when nobody said so. */
  endReason: string | null
  /** What is missing from it, by the media node's clock. */
  holes: Hole[]
}

/**
 * Turns journals into one file per track, losslessly, in two passes: clocks first, then frames. Memory does not grow
 * with the length of the meeting. What is wrong with a track is noted as its fault and stops no other.
 * A journal of which nothing can be read is passed over.
 * @param paths in the order in which they were written
 * @throws AppError recording_unavailable when none can be read
 */
export async function remux(
  paths: readonly string[],
  folder: string,
  options: {
    signal: AbortSignal
    onProgress: (share: number) => void
    /** When the recording ended, where that is known. */
    stoppedAtMs?: number | null
  },
): Promise<RemuxedRecording> {
  const names: Names = {}
  const counts = { frames: 0, droppedFrames: 0, lostPackets: 0, damagedBatches: 0, tornBytes: 0 }
  const surveys: Survey[] = []
  const unreadable: number[] = []
  let share = 0
  // Every batch is a sign of life: long journals take minutes.
  const reading: Reading = { signal: options.signal, onBatch: () => options.onProgress(share) }
  for (const path of paths) {
    const survey = await surveyOf(path, names, counts, reading)
    if (survey) surveys.push(survey)
    else {
      counts.damagedBatches += 1
      unreadable.push(surveys.length)
    }
    share = surveys.length / paths.length / 2
  }
  if (surveys.length === 0)
    throw new AppError('recording_unavailable', 'nothing that was captured can be read')
  const startedAtMs = Math.min(...surveys.map((s) => s.startedAtMs))
  const endedAtMs = Math.max(...surveys.map((s) => s.endedAtMs))
  const tracks: RemuxedTrack[] = []
  for (const [index, survey] of surveys.entries()) {
    tracks.push(...(await remuxSegment(survey, index, startedAtMs, folder, counts, reading)))
    share = 0.5 + (index + 1) / surveys.length / 2
  }
  return {
    startedAtMs,
    durationMs: Math.max(0, endedAtMs - startedAtMs),
    names,
    tracks,
    counts,
    gaps: gapsOf(surveys, unreadable, startedAtMs, names, options.stoppedAtMs),
  }
}

async function* entriesOf(
  path: string,
  counts: RemuxedRecording['counts'] | null,
  { signal, onBatch }: Reading,
): AsyncGenerator<JournalEntry[]> {
  const reader = readJournal(path)
  for (;;) {
    const step = await reader.next()
    if (step.done) {
      if (counts) {
        counts.damagedBatches += step.value.damagedBatches
        counts.tornBytes += step.value.tornBytes
      }
      return
    }
    if (signal.aborted) await reader.return({ tornBytes: 0, damagedBatches: 0 })
    signal.throwIfAborted()
    onBatch()
    yield step.value
  }
}

async function surveyOf(
  path: string,
  names: Names,
  counts: RemuxedRecording['counts'],
  reading: Reading,
): Promise<Survey | null> {
  let startedAtMs: number | null = null
  let endedAtMs: number | null = null
  let lastMs = 0
  let offsetMs = 0
  let endReason: string | null = null
  let damagedFromMs: number | null = null
  const holes: Hole[] = []
  const streams = new Map<number, Stream>()
  for await (const entries of entriesOf(path, counts, reading)) {
    for (const entry of entries) {
      if (entry.kind === 'damage') {
        damagedFromMs ??= lastMs
        continue
      }
      if (entry.kind === 'packet') {
        if (damagedFromMs !== null) {
          holes.push({ fromMs: damagedFromMs, toMs: entry.arrivalMs, note: null, reason: 'damaged' })
          damagedFromMs = null
        }
        lastMs = Math.max(lastMs, entry.arrivalMs)
        const stream = streams.get(entry.stream)
        const packet = stream && parseRtp(entry.rtp)
        if (!packet || packet.payloadType !== stream.note.payloadType || packet.payload.length === 0) continue
        stream.firstMs ??= entry.arrivalMs
        stream.lastMs = entry.arrivalMs
        stream.clock.observe(stream.timestamps.unwrap(packet.timestamp), entry.arrivalMs)
        continue
      }
      const note = entry.note
      if ('stream' in note) lastMs = Math.max(lastMs, note.atMs)
      switch (note.type) {
        case 'segment':
          startedAtMs = note.startedAtMs
          break
        case 'names':
          Object.assign(names, note.names)
          break
        case 'track':
          streams.set(note.stream, streamOf(note))
          break
        case 'again':
          startedAtMs ??= note.segment.startedAtMs
          Object.assign(names, note.names)
          for (const track of note.tracks) {
            if (!streams.has(track.stream)) streams.set(track.stream, streamOf(track))
          }
          break
        case 'trackPaused':
        case 'trackResumed':
          streams.get(note.stream)?.pauses.push({ atMs: note.atMs, isPaused: note.type === 'trackPaused' })
          break
        case 'trackEnded': {
          const stream = streams.get(note.stream)
          if (stream) stream.endedAtMs = note.atMs
          break
        }
        case 'clock':
          offsetMs = note.offsetMs
          break
        case 'end':
          endedAtMs = note.atMs
          endReason = note.reason
          break
        case 'gap':
        case 'trackCut': {
          const stream = streams.get(note.stream)
          if (!stream) break
          const hole = { fromMs: stream.lastMs, note: stream.note }
          if (note.type === 'gap') holes.push({ ...hole, toMs: note.atMs, reason: 'overloaded' })
          else holes.push({ ...hole, toMs: null, reason: 'too_large' })
          break
        }
      }
    }
  }
  if (startedAtMs === null) return null
  if (damagedFromMs !== null) holes.push({ fromMs: damagedFromMs, toMs: null, note: null, reason: 'damaged' })
  return {
    path,
    endReason,
    holes,
    startedAtMs,
    endedAtMs: endedAtMs ?? Math.max(startedAtMs, lastMs + offsetMs),
    offsetMs,
    streams,
  }
}

function streamOf(note: TrackNote): Stream {
  return {
    note,
    firstMs: null,
    lastMs: note.atMs,
    clock: new RtpClock(note.clockRate),
    timestamps: new Unwrapper(32),
    endedAtMs: null,
    pauses: [{ atMs: note.atMs, isPaused: note.isPaused }],
  }
}

async function remuxSegment(
  survey: Survey,
  index: number,
  originMs: number,
  folder: string,
  counts: RemuxedRecording['counts'],
  reading: Reading,
): Promise<RemuxedTrack[]> {
  const toTimeline = (nodeMs: number): number => nodeMs + survey.offsetMs - originMs
  const endMs = survey.endedAtMs - originMs
  const remuxers = new Map<number, TrackRemuxer>()
  const tracks: RemuxedTrack[] = []
  for (const [id, stream] of survey.streams) {
    const toWall = stream.clock.fit()
    const remuxer =
      toWall &&
      remuxerOf(stream, join(folder, `track-${index + 1}-${id}.mkv`), (rtp) => toTimeline(toWall(rtp)))
    if (remuxer) remuxers.set(id, remuxer)
  }
  try {
    for await (const entries of entriesOf(survey.path, null, reading)) {
      for (const entry of entries) {
        if (entry.kind !== 'packet') continue
        const remuxer = remuxers.get(entry.stream)
        const packet = remuxer && parseRtp(entry.rtp)
        if (packet && packet.payloadType === remuxer.payloadType) remuxer.push(packet, entry.arrivalMs)
      }
      for (const remuxer of remuxers.values()) await remuxer.write()
    }
  } finally {
    await Promise.all([...remuxers.values()].map((remuxer) => remuxer.finish()))
  }
  for (const [id, stream] of survey.streams) {
    const remuxer = remuxers.get(id)
    const published = {
      fromMs: Math.max(0, toTimeline(stream.note.atMs)),
      toMs: Math.min(endMs, stream.endedAtMs === null ? endMs : toTimeline(stream.endedAtMs)),
    }
    const pauses = stream.pauses.map((pause) => ({ ...pause, atMs: toTimeline(pause.atMs) }))
    tracks.push({
      participantId: stream.note.participantId,
      trackId: stream.note.trackId,
      source: stream.note.source,
      file: remuxer?.file ?? null,
      keyPictures: remuxer instanceof VideoTrackRemuxer ? remuxer.keyPictures : 0,
      published,
      active: remuxer?.activeSpans(published, pauses) ?? [],
      fault: faultOf(stream, remuxer),
    })
    counts.frames += remuxer?.counts.frames ?? 0
    counts.droppedFrames += remuxer?.counts.droppedFrames ?? 0
    counts.lostPackets += remuxer?.counts.lostPackets ?? 0
  }
  return tracks
}

function faultOf(stream: Stream, remuxer: TrackRemuxer | undefined): RemuxedTrack['fault'] {
  if (stream.firstMs === null) return null
  if (!remuxer) return { reason: 'unsupported', detail: stream.note.mimeType }
  if (remuxer.fault !== null) return { reason: 'unreadable', detail: String(remuxer.fault) }
  const { frames, droppedFrames } = remuxer.counts
  if (remuxer instanceof AudioTrackRemuxer && droppedFrames > Math.max(frames, certainPackets)) {
    return { reason: 'unreadable', detail: `${droppedFrames} damaged packets` }
  }
  if (remuxer.file === null && stream.lastMs - stream.firstMs >= certainMs) {
    return { reason: 'unreadable', detail: 'nothing whole arrived' }
  }
  return null
}

function remuxerOf(stream: Stream, path: string, toTimeline: RtpToWall): TrackRemuxer | null {
  const { note } = stream
  if (note.mimeType.toLowerCase() === 'audio/opus') {
    return new AudioTrackRemuxer(path, note.payloadType, note.channels ?? 2, note.audioLevelId, toTimeline)
  }
  const parse = payloadParserOf(note.mimeType)
  return (
    parse &&
    new VideoTrackRemuxer(path, note.payloadType, note.mimeType, note.source === 'screen', parse, toTimeline)
  )
}
