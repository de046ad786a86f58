import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { foundBySetup } from '../config.ts'

const root = join(import.meta.dirname, '../..')
const cache = join(root, '.cache/test-media')
const font = join(
  root,
  'node_modules/@expo-google-fonts/be-vietnam-pro/600SemiBold/BeVietnamPro_600SemiBold.ttf',
)

export const pictureWidth = 640
export const pictureHeight = 360
const pictureFps = 15
/** Bits of the burnt-in frame counter: white squares along the lower edge, least bit first. */
export const counterBits = 10
const square = 20

/** Where a bit's square has its centre, as fractions of the picture, so that any scaling can be read. */
export function bitCentre(bit: number): { x: number; y: number } {
  return {
    x: (24 + bit * 28 + square / 2) / pictureWidth,
    y: (pictureHeight - 40 + square / 2) / pictureHeight,
  }
}

/** The counter in a grey picture of any size: `brightnessAt` gives 0…255 at fractions of width and height. */
export function readCounter(brightnessAt: (x: number, y: number) => number): number {
  let value = 0
  for (let bit = 0; bit < counterBits; bit++) {
    const { x, y } = bitCentre(bit)
    if (brightnessAt(x, y) > 128) value |= 1 << bit
  }
  return value
}

function ffmpeg(args: string[]): void {
  execFileSync(foundBySetup().ffmpeg ?? 'ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args], {
    stdio: 'inherit',
  })
}

/** Makes a file once and keeps it over runs; a half-made one is never found. */
function kept(name: string, make: (path: string) => void): string {
  const path = join(cache, name)
  if (existsSync(path)) return path
  mkdirSync(cache, { recursive: true })
  const part = join(cache, `${process.pid}-${name}`)
  make(part)
  renameSync(part, path)
  return path
}

/**
 * A moving picture with a caption and a frame counter (digits for people, squares for tests), as Chromium's fake camera
 * reads it.
 */
export function cameraFile(
  caption: string,
  colours: readonly [string, string] = ['0x1d3557', '0x457b9d'],
): string {
  const key = keyOf(caption, ...colours)
  return kept(`${key}.y4m`, (path) => {
    const textFile = `${path}.txt`
    writeFileSync(textFile, caption)
    const bits = Array.from({ length: counterBits }, (_, bit) => {
      const at = `x=${24 + bit * 28}:y=${pictureHeight - 40}:w=${square}:h=${square}:t=fill`
      return `drawbox=${at}:color=black,drawbox=${at}:color=white:enable='gte(mod(n,${2 ** (bit + 1)}),${2 ** bit})'`
    })
    const person = [
      'drawbox=x=240+20*sin(t*2):y=210:w=160:h=150:color=0xf1faee@0.25:t=fill',
      'drawbox=x=275+20*sin(t*2):y=90:w=90:h=100:color=0xf1faee@0.35:t=fill',
    ]
    const text = [
      `drawtext=fontfile='${font}':textfile='${textFile}':fontsize=24:fontcolor=white:x=24:y=20`,
      `drawtext=fontfile='${font}':text='%{frame_num}':fontsize=40:fontcolor=white:x=w-tw-24:y=16`,
    ]
    ffmpeg([
      ...[
        '-f',
        'lavfi',
        '-i',
        `gradients=s=${pictureWidth}x${pictureHeight}:c0=${colours[0]}:c1=${colours[1]}:r=${pictureFps}:speed=0.02:d=12`,
      ],
      ...[
        '-vf',
        [...person, ...text, ...bits].join(','),
        '-pix_fmt',
        'yuv420p',
        '-t',
        '12',
        '-f',
        'yuv4mpegpipe',
        path,
      ],
    ])
    rmSync(textFile)
  })
}

/** Generated Vietnamese speech, about as long as the text takes, 48 kHz mono, as Chromium's fake microphone reads it. */
export function speechFile(text: string, pitch = 50): string {
  const key = keyOf(text, String(pitch))
  return kept(`${key}.wav`, (path) => {
    const raw = `${path}.raw.wav`
    execFileSync('espeak-ng', ['-v', 'vi', '-s', '150', '-p', String(pitch), '-w', raw, text])
    ffmpeg(['-i', raw, '-ar', '48000', '-ac', '1', '-af', 'volume=1.5,apad=pad_dur=0.4', '-f', 'wav', path])
    rmSync(raw)
  })
}

/** A rattle without any voice, 48 kHz mono, as Chromium's fake microphone reads it. */
export function noiseFile(): string {
  return kept(`${keyOf('rattle')}.wav`, (path) => {
    const bursts = "aevalsrc='(random(0)-0.5)*0.8*lt(mod(t,0.31),0.06)':s=48000:d=12"
    ffmpeg(['-f', 'lavfi', '-i', bursts, '-ac', '1', '-f', 'wav', path])
  })
}

function keyOf(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 24)
}
