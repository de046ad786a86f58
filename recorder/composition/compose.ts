import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ALL_FORMATS, FilePathSource, Input } from 'mediabunny'
import type { RecordingFault, RecordingGap } from '#contract/recorder.ts'
import { mixAudio, pcmInputArgs } from './audioMix.ts'
import type { RemuxedRecording } from './remuxed.ts'
import { runFfmpeg } from './ffmpeg.ts'
import { picture } from './layout.ts'
import { leavingOut } from './leaveOut.ts'
import { remux } from './remux.ts'
import { encodeScene, frameCountOf } from './sceneVideo.ts'
import { StagePainter } from './stage.ts'
import { TextRenderer } from './text.ts'
import { filesOf, sceneWith, scenesOf } from './timeline.ts'
import { faultUndecodable } from './undecodable.ts'

export interface ComposeOptions {
  ffmpeg: string
  /** Journals, in the order in which they were written. */
  journals: readonly string[]
  /** For everything in between; emptied first. The result is `recording.mp4` within. */
  folder: string
  header: { title: string; body: string }
  /** When the recording ended, in epoch milliseconds, where that is known. */
  stoppedAtMs?: number | null
  /** POSIX time zone of the clock in the picture (default `ICT-7`, Hanoi). */
  timeZone?: string
  signal: AbortSignal
  /** 0…100. */
  onProgress: (percent: number) => void
}

export interface Composed {
  path: string
  durationMs: number
  sizeBytes: number
  counts: RemuxedRecording['counts']
  /** Tracks that are missing, wholly or in part; `detail` is for the log. */
  faults: (RecordingFault & { detail: string })[]
  /** Time of which nothing, or not everything, was captured. */
  gaps: RecordingGap[]
}

/** How much of the way each step is. */
const shares = { remux: 5, audio: 10, video: 80, join: 4, check: 1 } as const

/**
 * Journals → one MP4 (H.264, AAC) with everybody in it. A track that cannot be read or decoded is shown as a name
 * plate, or is not heard, as long as it cannot, and is among the `faults`; it never fails the recording.
 * @throws AppError disk_full; the signal's reason; Error when ffmpeg fails or the result does not decode
 */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const { folder, signal } = options
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o750 })
  let base = 0
  const progress = (share: number, of: keyof typeof shares): void =>
    options.onProgress(Math.min(100, base + Math.max(0, Math.min(1, share)) * shares[of]))
  const { stoppedAtMs = null } = options
  const onProgress = (share: number): void => progress(share, 'remux')
  const recording = await remux(options.journals, folder, { signal, onProgress, stoppedAtMs })
  // Files are named relative to the folder from here on.
  for (const track of recording.tracks) track.file = track.file && basename(track.file)
  await faultUndecodable(recording.tracks, {
    ffmpeg: options.ffmpeg,
    folder,
    signal,
    onProgress: () => progress(1, 'remux'),
  })
  base += shares.remux
  const leaveOut = (file: string, error: unknown): void => {
    const track = recording.tracks.find((one) => one.file === file)
    if (track) track.fault ??= { reason: 'undecodable', detail: String(error) }
  }
  const scenes = scenesOf(recording)
  const frames = scenes.reduce((sum, scene) => sum + frameCountOf(scene), 0)
  const durationMs = (frames * 1_000) / picture.framesPerSecond
  const audio = await mixAudio(recording.tracks, {
    ffmpeg: options.ffmpeg,
    folder,
    durationMs,
    signal,
    onLeftOut: leaveOut,
    onProgress: (s) => progress(s, 'audio'),
  })
  base += shares.audio

  const texts = new TextRenderer(options.ffmpeg, folder, signal)
  await texts.prepareFonts()
  const painter = new StagePainter(texts, recording.names, options.header)
  const list: string[] = ['ffconcat version 1.0']
  let doneFrames = 0
  for (const [i, scene] of scenes.entries()) {
    const out = `scene-${String(i).padStart(5, '0')}.nut`
    const before = doneFrames
    const leftOut = await leavingOut(filesOf(scene), signal, async (files) => {
      const shown = sceneWith(scene, files)
      await encodeScene(shown, await painter.paint(shown), {
        ffmpeg: options.ffmpeg,
        folder,
        out,
        startedAtMs: recording.startedAtMs,
        timeZone: options.timeZone ?? 'ICT-7',
        signal,
        onProgress: (seconds) => progress((before + seconds * picture.framesPerSecond) / frames, 'video'),
      })
    })
    for (const { file, error } of leftOut) leaveOut(file, error)
    doneFrames += frameCountOf(scene)
    progress(doneFrames / frames, 'video')
    list.push(`file ${out}`, `duration ${(frameCountOf(scene) / picture.framesPerSecond).toFixed(2)}`)
  }
  base += shares.video
  await writeFile(join(folder, 'scenes.ffconcat'), list.join('\n'))
  const out = 'recording.mp4'
  await runFfmpeg({
    path: options.ffmpeg,
    cwd: folder,
    signal,
    onProgress: (seconds) => progress((seconds * 1_000) / durationMs, 'join'),
    args: [
      ...['-f', 'concat', '-i', 'scenes.ffconcat', ...pcmInputArgs, '-i', audio],
      ...['-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-af', 'alimiter=limit=0.95:level=0'],
      ...['-c:a', 'aac', '-b:a', '96k', '-movflags', '+faststart', out],
    ],
  })
  base += shares.join
  const path = join(folder, out)
  await verify(path, durationMs, options)
  options.onProgress(100)
  const { size: sizeBytes } = await stat(path)
  return {
    path,
    durationMs,
    sizeBytes,
    counts: recording.counts,
    faults: faultsOf(recording),
    gaps: recording.gaps,
  }
}

function faultsOf({ tracks, names }: RemuxedRecording): Composed['faults'] {
  return tracks.flatMap(({ participantId, source, fault }) =>
    fault ? [{ participantId, name: names[participantId]?.name ?? '', source, ...fault }] : [],
  )
}

/** The result has both tracks, is as long as it should be, and its key frames and sound decode to the end. */
async function verify(path: string, durationMs: number, options: ComposeOptions): Promise<void> {
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(path) })
  try {
    const kinds = (await input.getTracks()).map((track) => track.type)
    const foundMs = (await input.computeDuration()) * 1_000
    if (!kinds.includes('video') || !kinds.includes('audio') || Math.abs(foundMs - durationMs) > 500) {
      throw new Error(
        `the composed file is wrong: ${kinds.join(', ')}, ${foundMs} instead of ${durationMs} ms`,
      )
    }
  } finally {
    input.dispose()
  }
  await runFfmpeg({
    path: options.ffmpeg,
    cwd: options.folder,
    signal: options.signal,
    args: ['-xerror', '-skip_frame', 'nokey', '-i', basename(path), '-f', 'null', '-'],
  })
}
