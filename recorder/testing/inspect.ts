import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ffmpegPath } from './recorderHarness.ts'

const run = promisify(execFile)
const limits = { maxBuffer: 256 * 1024 * 1024 }

/** ffmpeg as a judge of what we made; for tests. */
export async function ffmpegReport(args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(ffmpegPath, ['-hide_banner', '-nostdin', ...args], limits)
  return stdout + stderr
}

/** Seconds at which a part of the picture (`w:h:x:y`) turns bright. */
export async function flashes(file: string, crop: string): Promise<number[]> {
  const filter = `crop=${crop},signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-`
  const report = await ffmpegReport(['-loglevel', 'error', '-i', file, '-vf', filter, '-f', 'null', '-'])
  const found: number[] = []
  let atSeconds = 0
  let before = 0
  for (const line of report.split('\n')) {
    const time = /pts_time:([\d.]+)/.exec(line)?.[1]
    if (time !== undefined) atSeconds = Number(time)
    const bright = /YAVG=([\d.]+)/.exec(line)?.[1]
    if (bright === undefined) continue
    if (Number(bright) > 190 && before <= 190) found.push(atSeconds)
    before = Number(bright)
  }
  return found
}

/** Seconds at which sound begins after silence; only what is near `pitch` hertz. */
export async function beeps(file: string, pitch: number): Promise<number[]> {
  const filter = `bandpass=f=${pitch}:width_type=h:w=60,bandpass=f=${pitch}:width_type=h:w=60,silencedetect=n=-32dB:d=0.5`
  const report = await ffmpegReport(['-i', file, '-af', filter, '-f', 'null', '-'])
  return [...report.matchAll(/silence_end: ([\d.]+)/g)].map((match) => Number(match[1]))
}

/** Stretches in which a part of the picture stands still, in seconds. */
export async function freezes(file: string, crop: string, seconds: number): Promise<string[]> {
  const filter = `crop=${crop},freezedetect=n=0.002:d=${seconds}`
  const report = await ffmpegReport(['-i', file, '-vf', filter, '-f', 'null', '-'])
  return [...report.matchAll(/freeze_start: ([\d.]+)/g)].map((match) => match[1] ?? '')
}

/** What a file is made of. */
export async function probe(
  file: string,
): Promise<{ codecs: string[]; durationSeconds: number; videoFrames: number; audioSeconds: number }> {
  const report = await ffmpegReport(['-i', file, '-map', '0:v', '-c', 'copy', '-f', 'null', '-'])
  const input = report.slice(0, report.indexOf('Output #0'))
  const [, hours = '0', minutes = '0', seconds = '0'] = /Duration: (\d+):(\d+):([\d.]+)/.exec(report) ?? []
  const sound = await ffmpegReport(['-i', file, '-map', '0:a', '-f', 'null', '-'])
  const [, h = '0', m = '0', s = '0'] =
    sound
      .match(/time=(\d+):(\d+):([\d.]+)/g)
      ?.at(-1)
      ?.match(/(\d+):(\d+):([\d.]+)/) ?? []
  return {
    codecs: [...input.matchAll(/Stream #0:\d.*?: (?:Video|Audio): (\w+)/g)].map((match) => match[1] ?? ''),
    durationSeconds: Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds),
    videoFrames: Number(
      report
        .match(/frame=\s*(\d+)/g)
        ?.at(-1)
        ?.replace(/\D/g, '') ?? 0,
    ),
    audioSeconds: Number(h) * 3_600 + Number(m) * 60 + Number(s),
  }
}
