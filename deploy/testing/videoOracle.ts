import { spawn } from 'node:child_process'
import { foundBySetup } from '../config.ts'
import { syntheticBitAt, syntheticBits } from './syntheticDevices.ts'

/** ffmpeg as the judge of a recording. Sizes are of the shrunk grey picture that is looked at. */
const width = 640
const height = 360
const fps = 25

/** What ffmpeg makes of a file: its output, or the error in full. */
export async function ffmpeg(args: string[]): Promise<{ stdout: Buffer; stderr: string }> {
  return await new Promise((resolve, reject) => {
    const child = spawn(foundBySetup().ffmpeg ?? 'ffmpeg', ['-hide_banner', '-nostdin', ...args])
    const chunks: Buffer[] = []
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve({ stdout: Buffer.concat(chunks), stderr }) : reject(new Error(stderr)),
    )
  })
}

/** Decodes a file from end to end; whatever ffmpeg complains of on the way. Empty for a sound one. */
export async function decodingErrors(path: string): Promise<string> {
  return (await ffmpeg(['-v', 'error', '-i', path, '-f', 'null', '-'])).stderr.trim()
}

/** Grey frames of a recording, 25 a second. */
export async function greyFrames(path: string): Promise<Buffer[]> {
  const { stdout } = await ffmpeg([
    '-v',
    'error',
    '-i',
    path,
    '-vf',
    `fps=${fps},scale=${width}:${height},format=gray`,
    '-f',
    'rawvideo',
    '-',
  ])
  const size = width * height
  return Array.from({ length: Math.floor(stdout.length / size) }, (_, i) =>
    stdout.subarray(i * size, (i + 1) * size),
  )
}

/** Seconds at which sound begins after silence. */
export async function soundOnsets(path: string): Promise<number[]> {
  const { stderr } = await ffmpeg(['-i', path, '-af', 'silencedetect=noise=-35dB:d=0.3', '-f', 'null', '-'])
  return [...stderr.matchAll(/silence_end: ([\d.]+)/g)].map((m) => Number(m[1]))
}

/** The synthetic camera's flashes and counters in a recording. */
export function readSynthetic(frames: readonly Buffer[]): { flashes: number[]; counters: number[] } {
  const mean = frames.map((frame) => frame.reduce((sum, v) => sum + v, 0) / frame.length)
  const typical = mean.toSorted((a, b) => a - b)[Math.floor(mean.length / 2)] ?? 0
  const isFlash = mean.map((level) => level > typical + 40)
  const flashes = isFlash.flatMap((flash, i) => (flash && i > 0 && !isFlash[i - 1] ? [i / fps] : []))
  const flashFrame = frames[isFlash.lastIndexOf(true)]
  if (!flashFrame) return { flashes, counters: [] }
  const box = brightBox(flashFrame)
  const counters = frames
    .filter((_, i) => !isFlash[i])
    .map((frame) => {
      let value = 0
      for (let bit = 0; bit < syntheticBits; bit++) {
        const at = syntheticBitAt(bit)
        const x = Math.round(box.left + at.x * (box.right - box.left))
        const y = Math.round(box.top + at.y * (box.bottom - box.top))
        if ((frame[y * width + x] ?? 0) > 140) value |= 1 << bit
      }
      return value
    })
  return { flashes, counters }
}

/** Where the flashing tile lies. */
function brightBox(frame: Buffer): { left: number; right: number; top: number; bottom: number } {
  const columns = Array.from({ length: width }, (_, x) => {
    let bright = 0
    for (let y = 0; y < height; y++) if ((frame[y * width + x] ?? 0) > 200) bright++
    return bright
  })
  const rows = Array.from({ length: height }, (_, y) => {
    let bright = 0
    for (let x = 0; x < width; x++) if ((frame[y * width + x] ?? 0) > 200) bright++
    return bright
  })
  const span = (counts: number[]) => {
    const enough = Math.max(...counts) / 2
    return [counts.findIndex((c) => c > enough), counts.findLastIndex((c) => c > enough) + 1] as const
  }
  const [left, right] = span(columns)
  const [top, bottom] = span(rows)
  return { left, right, top, bottom }
}
