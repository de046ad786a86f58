import type { RemuxedTrack } from './remuxed.ts'
import { FfmpegLost, runFfmpeg, trackPictureArgs } from './ffmpeg.ts'

/** Less than this share of a track's key pictures decodes: a part of it is missing. */
const wholeShare = 0.9

/**
 * Finds pictures that no decoder reads: in a scene with others ffmpeg says nothing of them and shows nothing. Only
 * key pictures are decoded, a few a minute. A track of which none decodes loses its file: a plate stands for it.
 * @throws AppError disk_full; FfmpegLost; the signal's reason
 */
export async function faultUndecodable(
  tracks: readonly RemuxedTrack[],
  options: { ffmpeg: string; folder: string; signal: AbortSignal; onProgress: () => void },
): Promise<void> {
  for (const track of tracks) {
    if (track.file === null || track.keyPictures === 0) continue
    const { decoded, error } = await decodedKeyPictures(track.file, options)
    if (decoded >= wholeShare * track.keyPictures) continue
    const detail = `${decoded} of ${track.keyPictures} key pictures decode${error ? `: ${String(error)}` : ''}`
    track.fault ??= { reason: 'undecodable', detail }
    if (decoded === 0) track.file = null
  }
}

async function decodedKeyPictures(
  file: string,
  { ffmpeg, folder, signal, onProgress: onAlive }: Parameters<typeof faultUndecodable>[1],
): Promise<{ decoded: number; error: unknown }> {
  let decoded = 0
  const onProgress = (_: number, frames: number): void => {
    decoded = frames
    onAlive()
  }
  const args = [
    ...['-skip_frame', 'nokey', ...trackPictureArgs, '-i', file],
    ...['-map', '0:v', '-fps_mode', 'passthrough', '-f', 'null', '-'],
  ]
  try {
    await runFfmpeg({ path: ffmpeg, cwd: folder, signal, onProgress, args })
    return { decoded, error: null }
  } catch (error) {
    if (signal.aborted || error instanceof FfmpegLost) throw error
    return { decoded, error }
  }
}
