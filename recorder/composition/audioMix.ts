import { createReadStream, createWriteStream } from 'node:fs'
import { rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { RemuxedTrack } from './remuxed.ts'
import { runFfmpeg } from './ffmpeg.ts'
import { leavingOut } from './leaveOut.ts'
import { seekArgs } from './sceneVideo.ts'

/** Sound is mixed piece by piece: a meeting of a day needs no more memory and no more open files than a short one. */
const standardPieceMs = 300_000
/** More voices than this are mixed in groups. */
const maxInputs = 24
/** Decoders need a moment before what is wanted. */
const prerollMs = 500

export interface AudioMixOptions {
  ffmpeg: string
  folder: string
  durationMs: number
  signal: AbortSignal
  onProgress: (share: number) => void
  /** A voice's file that ffmpeg refuses is left out of a piece. */
  onLeftOut: (file: string, error: unknown) => void
  /** Length of one piece (default 5 minutes). */
  pieceMs?: number
}

/** 32-bit floats, one channel, 48,000 a second. */
const pcm = { rate: 48_000, bytes: 4, args: ['-f', 'f32le', '-ar', '48000', '-ac', '1'] } as const

/**
 * Mixes all voices into one file of raw samples, exactly as long as the recording. Each voice lies where its
 * timestamps say: gaps are filled, and each piece begins where it should, so that a drifting clock gathers no delay.
 * (swresample's soft compensation, `async` above 1, shifted a voice by seconds: tried with ffmpeg 5.1.)
 */
export async function mixAudio(tracks: readonly RemuxedTrack[], options: AudioMixOptions): Promise<string> {
  const out = 'mix.pcm'
  const target = join(options.folder, out)
  const pieceMs = options.pieceMs ?? standardPieceMs
  await rm(target, { force: true })
  const voices = tracks.filter(
    (t) => t.file !== null && (t.source === 'microphone' || t.source === 'screenAudio'),
  )
  for (let fromMs = 0; fromMs < options.durationMs; fromMs += pieceMs) {
    const toMs = Math.min(fromMs + pieceMs, options.durationMs)
    const samples = Math.round((toMs * pcm.rate) / 1_000) - Math.round((fromMs * pcm.rate) / 1_000)
    const heard = voices.filter((t) => t.published.fromMs < toMs + 1_000 && t.published.toMs > fromMs - 1_000)
    const piece = join(options.folder, 'piece.pcm')
    const files = heard.flatMap((t) => t.file ?? [])
    const leftOut = await leavingOut(files, options.signal, (some) =>
      mixPiece(some, fromMs, samples, options),
    )
    for (const { file, error } of leftOut) options.onLeftOut(file, error)
    // What ffmpeg leaves out at the end is silence.
    await truncate(piece, samples * pcm.bytes)
    await pipeline(createReadStream(piece), createWriteStream(target, { flags: 'a' }))
    await rm(piece)
    options.onProgress(toMs / options.durationMs)
  }
  if ((await stat(target)).size === 0) throw new Error('no sound was mixed')
  return out
}

async function mixPiece(
  files: readonly string[],
  fromMs: number,
  samples: number,
  options: AudioMixOptions,
): Promise<void> {
  const seek = Math.max(0, fromMs - prerollMs)
  const skipped = Math.round(((fromMs - seek) * pcm.rate) / 1_000)
  const groups: string[] = []
  for (let i = 0; i < files.length; i += maxInputs) {
    const group = files.slice(i, i + maxInputs)
    const inputs = group.flatMap((file) => ['-threads', '1', ...seekArgs(seek / 1_000), '-i', file])
    const voices = group.map(
      (_, n) =>
        `[${n}:a]aresample=48000:async=1:min_hard_comp=0.03:first_pts=0,aformat=sample_fmts=flt:channel_layouts=mono,` +
        `atrim=start_sample=${skipped}:end_sample=${skipped + samples},asetpts=PTS-STARTPTS[v${n}]`,
    )
    const mix = `${group.map((_, n) => `[v${n}]`).join('')}amix=inputs=${group.length}:normalize=0:dropout_transition=0,apad=whole_len=${samples}[out]`
    const name = `group-${groups.length}.pcm`
    groups.push(name)
    await runMix([...inputs], [...voices, mix], name, options)
  }
  if (groups.length === 0) {
    const silence = `anullsrc=r=48000:cl=mono,atrim=end_sample=${samples}[out]`
    await runMix([], [silence], 'piece.pcm', options)
  } else {
    const inputs = groups.flatMap((name) => [...pcm.args, '-i', name])
    const mix = `${groups.map((_, n) => `[${n}:a]`).join('')}amix=inputs=${groups.length}:normalize=0[out]`
    await runMix(inputs, [mix], 'piece.pcm', options)
  }
  for (const name of groups) await rm(join(options.folder, name))
}

async function runMix(
  inputs: readonly string[],
  graph: readonly string[],
  out: string,
  options: AudioMixOptions,
): Promise<void> {
  await runFfmpeg({
    path: options.ffmpeg,
    cwd: options.folder,
    signal: options.signal,
    args: [...inputs, '-filter_complex', graph.join(';'), '-map', '[out]', ...pcm.args, out],
  })
}

/** How raw samples are told to ffmpeg as an input. */
export const pcmInputArgs: readonly string[] = pcm.args
