import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Canvas } from './canvas.ts'
import { joinSpans } from './remuxed.ts'
import { runFfmpeg, trackPictureArgs } from './ffmpeg.ts'
import { headerHeight, picture, type Rect } from './layout.ts'
import { clockColour, paintRing, type Stage } from './stage.ts'
import type { Scene } from './timeline.ts'

export interface SceneVideoOptions {
  ffmpeg: string
  /** Holds the tracks, the fonts, and what is made here. */
  folder: string
  /** File name of the result. */
  out: string
  /** Epoch milliseconds of the recording's beginning, for the clock. */
  startedAtMs: number
  /** POSIX time zone of the clock, e.g. `ICT-7`. */
  timeZone: string
  signal: AbortSignal
  onProgress: (seconds: number) => void
}

const colourTags = [
  '-colorspace',
  'bt709',
  '-color_primaries',
  'bt709',
  '-color_trc',
  'bt709',
  '-color_range',
  'tv',
]

/** Where to begin in a file, by its own timestamps: ffmpeg counts from a file's first packet otherwise. */
export function seekArgs(seconds: number): string[] {
  return ['-seek_timestamp', '1', '-ss', seconds.toFixed(3)]
}

/** The whole picture within a place; one of nearly the same shape fills it. */
function fitting({ width, height }: Rect): string {
  const shape = (width / height).toFixed(5)
  const isNear = `lt(abs(a/${shape}-1),0.03)`
  return (
    `w='if(${isNear}+gte(a,${shape}),${width},2*max(1,round(${height}*a/2)))':` +
    `h='if(${isNear}+lte(a,${shape}),${height},2*max(1,round(${width}/a/2)))'`
  )
}

/** Frames of a scene: scenes begin and end on the frame grid. */
export function frameCountOf(scene: Scene): number {
  return Math.round(((scene.toMs - scene.fromMs) * picture.framesPerSecond) / 1_000)
}

/**
 * Encodes one scene, exactly as many frames as it is long. Each video is sought to the key frame before the scene,
 * so that a screen that stands still is there from the first frame; `reinit_filter 0` and `eval=frame` let pictures
 * change their size on the way.
 */
export async function encodeScene(scene: Scene, stage: Stage, options: SceneVideoOptions): Promise<void> {
  const fromSeconds = scene.fromMs / 1_000
  const frames = frameCountOf(scene)
  const inputs: string[] = []
  const graph: string[] = []
  let inputCount = 0
  const still = async (canvas: Canvas, name: string, format: string): Promise<string> => {
    const file = `${options.out}-${name}.rgba`
    await writeFile(join(options.folder, file), canvas.data)
    const size = `${canvas.width}x${canvas.height}`
    inputs.push('-f', 'rawvideo', '-pix_fmt', 'rgba', '-video_size', size, '-framerate', '25', '-i', file)
    graph.push(
      `[${inputCount}:v]scale=out_color_matrix=bt709:out_range=tv,format=${format},loop=loop=-1:size=1:start=0,` +
        `setpts=N/25/TB,setsar=1[${name}]`,
    )
    inputCount += 1
    return `[${name}]`
  }
  let below = await still(stage.behind, 'behind', 'yuv420p')
  for (const [i, { file, rect }] of stage.videos.entries()) {
    inputs.push(
      ...['-threads', '1', '-reinit_filter', '0', '-noaccurate_seek'],
      ...[...trackPictureArgs, ...seekArgs(fromSeconds), '-i', file],
    )
    graph.push(
      `[${inputCount}:v]scale=${fitting(rect)}:eval=frame:out_color_matrix=bt709:out_range=tv:flags=bilinear,` +
        `format=yuv420p,fps=fps=25:start_time=0,setsar=1[video${i}]`,
      `${below}[video${i}]overlay=x=${rect.x}+(${rect.width}-w)/2:y=${rect.y}+(${rect.height}-h)/2:eval=frame[with${i}]`,
    )
    below = `[with${i}]`
    inputCount += 1
  }
  graph.push(`${below}${await still(stage.above, 'above', 'yuva420p')}overlay=format=yuv420[labelled]`)
  below = '[labelled]'
  for (const [i, { rect, tile }] of stage.rings.entries()) {
    const ring = await still(paintRing(rect), `ring${i}`, 'yuva420p')
    const times = joinSpans(tile.speech, 400).map(
      ({ fromMs, toMs }) =>
        `between(t,${((fromMs - scene.fromMs) / 1_000).toFixed(2)},${((toMs - scene.fromMs) / 1_000).toFixed(2)})`,
    )
    graph.push(`${below}${ring}overlay=x=${rect.x}:y=${rect.y}:enable='${times.join('+')}'[lit${i}]`)
    below = `[lit${i}]`
  }
  const clock = `${options.out}-clock.txt`
  const epochSeconds = Math.floor((options.startedAtMs + scene.fromMs) / 1_000)
  await writeFile(join(options.folder, clock), `%{pts:localtime:${epochSeconds}:%H\\:%M\\:%S}`)
  graph.push(
    `${below}drawtext=fontfile=regular.ttf:textfile=${clock}:fontsize=16:fontcolor=${clockColour}` +
      `:x=w-tw-22:y=${headerHeight / 2}-lh/2+1,trim=end_frame=${frames}[out]`,
  )
  const script = `${options.out}.graph`
  await writeFile(join(options.folder, script), graph.join(';\n'))
  await runFfmpeg({
    path: options.ffmpeg,
    cwd: options.folder,
    signal: options.signal,
    onProgress: options.onProgress,
    env: { TZ: options.timeZone },
    args: [
      ...inputs,
      ...['-filter_complex_script', script, '-map', '[out]', '-frames:v', String(frames), '-r', '25'],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-maxrate', '3M', '-bufsize', '6M'],
      ...['-profile:v', 'high', '-pix_fmt', 'yuv420p', '-g', '100', ...colourTags, '-f', 'nut', options.out],
    ],
  })
}
