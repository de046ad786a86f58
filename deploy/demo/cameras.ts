import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { foundBySetup } from '../config.ts'
import { startBrowser } from '../testing/browser.ts'

const cache = join(import.meta.dirname, '../../.cache/demo-media')
const width = 640
const height = 360
const fps = 15
/** Every movement comes back to its beginning within this, so that the film can go round. */
const loopSeconds = 12

/** Which camera a picture comes from: burnt in beside the counter. */
export type CameraNumber = 1 | 2 | 3

const numberBits = 2
const counterBits = 8
const bitCount = numberBits + counterBits
const square = 14
const left = 16
const top = 12
const step = 18

/** Frames after which the burnt-in counter begins again. */
export const counterRound = loopSeconds * fps

/** A person before a wall, or the table of a site's room: drawn, since nobody's face is used. */
export interface Scenery {
  number: CameraNumber
  wall: readonly [string, string]
  people: readonly { x: number; scale: number; suit: string; hair: 'short' | 'long'; skin: string }[]
  hasTable: boolean
}

export const sceneries = {
  chair: {
    number: 1,
    wall: ['#c9d6df', '#8fa6b5'],
    people: [{ x: 320, scale: 1, suit: '#7a2e3b', hair: 'long', skin: '#e6b992' }],
    hasTable: false,
  },
  secretary: {
    number: 2,
    wall: ['#d9cdb8', '#a8946f'],
    people: [{ x: 320, scale: 1, suit: '#27405e', hair: 'short', skin: '#dba97f' }],
    hasTable: false,
  },
  site: {
    number: 3,
    wall: ['#c5d2c4', '#7f9a86'],
    people: [
      { x: 130, scale: 0.56, suit: '#3b4a5a', hair: 'short', skin: '#dba97f' },
      { x: 258, scale: 0.56, suit: '#5d3a52', hair: 'long', skin: '#e6b992' },
      { x: 386, scale: 0.56, suit: '#2f5148', hair: 'short', skin: '#d39d72' },
      { x: 514, scale: 0.56, suit: '#45506b', hair: 'long', skin: '#e0b088' },
    ],
    hasTable: true,
  },
} as const satisfies Record<string, Scenery>

/**
 * The film of each scenery with a burnt-in camera number and frame counter (squares for the check, digits for
 * people), as Chromium's fake camera reads it. Drawn once and kept over runs.
 */
export async function cameraFilms(): Promise<Record<keyof typeof sceneries, string>> {
  const entries = Object.entries(sceneries).map(([name, scenery]: [string, Scenery]) => ({
    name,
    scenery,
    path: join(cache, `${keyOf(scenery)}.y4m`),
  }))
  if (!entries.every(({ path }) => existsSync(path))) {
    mkdirSync(cache, { recursive: true })
    const browser = await startBrowser({ hasNoDevices: true, width, height })
    try {
      for (const { scenery, path } of entries) {
        const part = `${path}.${process.pid}`
        for (const [layer, svg] of Object.entries({ wall: wallSvg(scenery), people: peopleSvg(scenery) })) {
          await browser.page.setContent(`<style>*{margin:0;background:none}svg{display:block}</style>${svg}`)
          await browser.page.screenshot({ path: `${part}-${layer}.png`, omitBackground: true })
        }
        film(scenery, part)
        renameSync(`${part}.y4m`, path)
        for (const layer of ['wall', 'people']) rmSync(`${part}-${layer}.png`)
      }
    } finally {
      await browser.close()
    }
  }
  const path = (name: keyof typeof sceneries) => join(cache, `${keyOf(sceneries[name])}.y4m`)
  return { chair: path('chair'), secretary: path('secretary'), site: path('site') }
}

/** What is burnt into a picture, read at fractions of its width and height; null where the squares are not plain. */
export function readBurntIn(
  brightnessAt: (x: number, y: number) => number,
): { camera: number; counter: number } | null {
  let value = 0
  for (let bit = 0; bit < bitCount; bit++) {
    const level = brightnessAt((left + bit * step + square / 2) / width, (top + square / 2) / height)
    if (level > 80 && level < 160) return null
    if (level >= 160) value |= 1 << bit
  }
  return { camera: value & (2 ** numberBits - 1), counter: value >> numberBits }
}

function film(scenery: Scenery, part: string): void {
  const font = join(
    import.meta.dirname,
    '../../node_modules/@expo-google-fonts/be-vietnam-pro/600SemiBold/BeVietnamPro_600SemiBold.ttf',
  )
  const plate = `drawbox=x=${left - 6}:y=${top - 6}:w=${bitCount * step + 56}:h=${square + 12}:color=black:t=fill`
  const squares = Array.from({ length: bitCount }, (_, bit) => {
    const at = `x=${left + bit * step}:y=${top}:w=${square}:h=${square}:t=fill:color=white`
    if (bit < numberBits) return (scenery.number >> bit) & 1 ? `drawbox=${at}` : ''
    const place = bit - numberBits
    return `drawbox=${at}:enable='gte(mod(n,${2 ** (place + 1)}),${2 ** place})'`
  }).filter(Boolean)
  const digits = `drawtext=fontfile='${font}':text='%{frame_num}':fontsize=18:fontcolor=white:x=${left + bitCount * step + 6}:y=${top - 3}`
  const sway = scenery.hasTable
    ? "x='1.5*sin(2*PI*t/6)':y=0"
    : "x='7*sin(2*PI*t/6)+2*sin(2*PI*t/1.5)':y='3*sin(2*PI*t/3)'"
  execFileSync(foundBySetup().ffmpeg ?? 'ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-y'],
    ...['-loop', '1', '-framerate', String(fps), '-i', `${part}-wall.png`],
    ...['-loop', '1', '-framerate', String(fps), '-i', `${part}-people.png`],
    ...['-filter_complex', `[0][1]overlay=${sway}:eval=frame,${[plate, ...squares, digits].join(',')}`],
    ...['-t', String(loopSeconds), '-pix_fmt', 'yuv420p', '-f', 'yuv4mpegpipe', `${part}.y4m`],
  ])
}

function wallSvg({ wall, hasTable }: Scenery): string {
  const frames = hasTable
    ? `<rect x="220" y="58" width="200" height="112" rx="4" fill="#1d2a33"/><rect x="228" y="66" width="184" height="96" fill="#3f6f8f"/><rect x="244" y="84" width="96" height="8" fill="#cfe2ee"/><rect x="244" y="102" width="140" height="6" fill="#9fc0d3"/><rect x="244" y="116" width="120" height="6" fill="#9fc0d3"/>`
    : `<rect x="430" y="52" width="150" height="190" rx="3" fill="#f4f8fa" opacity=".85"/><path d="M505 52v190M430 147h150" stroke="#9fb2bf" stroke-width="5"/><g opacity=".8"><rect x="40" y="130" width="150" height="10" fill="#6b5440"/>${[48, 66, 80, 98, 114, 130, 150, 166].map((x, i) => `<rect x="${x}" y="${78 + (i % 3) * 6}" width="13" height="${52 - (i % 3) * 6}" fill="${['#5d7a8c', '#a05a4a', '#7d8f5a', '#c2a04e'][i % 4]}"/>`).join('')}</g>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="w" x2="1" y2="1"><stop stop-color="${wall[0]}"/><stop offset="1" stop-color="${wall[1]}"/></linearGradient></defs><rect width="640" height="360" fill="url(#w)"/>${frames}</svg>`
}

function peopleSvg({ people, hasTable }: Scenery): string {
  const table = hasTable
    ? '<path d="M-20 292h680l40 90h-760z" fill="#6d4c34"/><path d="M-20 292h680v7h-680z" fill="#8a6446"/>'
    : ''
  const drawn = people.map(({ x, scale, suit, hair, skin }) => {
    const y = hasTable ? 318 : 372
    const back =
      hair === 'long'
        ? '<path d="M-62-196c-6 60 0 96-14 120h152c-14-24-8-60-14-120a62 66 0 0 0-124 0z" fill="#1f1a1c"/>'
        : ''
    const front =
      hair === 'long'
        ? '<path d="M-58-150c-14-124 130-124 116 0c-4-34-26-58-58-70c-32 12-54 36-58 70z" fill="#1f1a1c"/>'
        : '<path d="M-57-168c-14-98 128-98 114 0c-4-18-8-28-16-36c-26 8-56 8-82 0c-8 8-12 18-16 36z" fill="#1f1a1c"/>'
    return `<g transform="translate(${x} ${y}) scale(${scale})">${back}
      <path d="M-150 20c0-78 46-104 102-112h96c56 8 102 34 102 112z" fill="${suit}"/>
      <path d="M-30-98h60l-30 62z" fill="#f3f1ec"/>
      <path d="M-24-128h48v36c-14 16-34 16-48 0z" fill="${skin}"/>
      <ellipse cy="-168" rx="54" ry="62" fill="${skin}"/>
      ${front}
      <g fill="#2b2223"><ellipse cx="-20" cy="-168" rx="4.5" ry="5.5"/><ellipse cx="20" cy="-168" rx="4.5" ry="5.5"/></g>
      <path d="M-16-134q16 10 32 0" stroke="#8d4a40" stroke-width="4" fill="none" stroke-linecap="round"/>
      <path d="M-30-184q10-6 20-1M10-185q10-5 20 1" stroke="#2b2223" stroke-width="4" fill="none" stroke-linecap="round"/></g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn.join('')}${table}</svg>`
}

function keyOf(scenery: Scenery): string {
  const drawn = [wallSvg(scenery), peopleSvg(scenery), String(scenery.number), 'v4']
  return createHash('sha256').update(drawn.join('\n')).digest('hex').slice(0, 24)
}
