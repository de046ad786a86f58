import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Mask } from './canvas.ts'
import { runFfmpeg } from './ffmpeg.ts'

/** Be Vietnam Pro's cuts that plates use. */
export type Weight = 'regular' | 'semibold'

/** A line of text to be rendered. */
export interface TextLine {
  text: string
  sizePx: number
  weight: Weight
}

const fontFiles: Record<Weight, string> = {
  regular: '@expo-google-fonts/be-vietnam-pro/500Medium/BeVietnamPro_500Medium.ttf',
  semibold: '@expo-google-fonts/be-vietnam-pro/600SemiBold/BeVietnamPro_600SemiBold.ttf',
}
const sheetWidth = 1_600
const linesPerSheet = 40
const longestText = 120

/**
 * Renders lines of text through ffmpeg's drawtext. Names come from people: they reach ffmpeg only as the contents
 * of files, with expansion off, never within an expression.
 */
export class TextRenderer {
  readonly #ffmpeg: string
  readonly #folder: string
  readonly #signal: AbortSignal
  readonly #masks = new Map<string, Mask>()
  #hasFonts = false
  #sheets = 0

  /** @param folder for files in between; given up by the caller */
  constructor(ffmpeg: string, folder: string, signal: AbortSignal) {
    this.#ffmpeg = ffmpeg
    this.#folder = folder
    this.#signal = signal
  }

  /** Renders what is not rendered yet, many lines in one run. */
  async prepare(lines: readonly TextLine[]): Promise<void> {
    await this.prepareFonts()
    const missing = new Map<string, TextLine>()
    for (const line of lines) if (!this.#masks.has(keyOf(line))) missing.set(keyOf(line), line)
    const all = [...missing.values()]
    for (let i = 0; i < all.length; i += linesPerSheet)
      await this.#renderSheet(all.slice(i, i + linesPerSheet))
  }

  /** Puts `regular.ttf` and `semibold.ttf` into the folder. */
  async prepareFonts(): Promise<void> {
    if (this.#hasFonts) return
    const require = createRequire(import.meta.url)
    for (const [weight, file] of Object.entries(fontFiles)) {
      await copyFile(require.resolve(file), join(this.#folder, `${weight}.ttf`))
    }
    this.#hasFonts = true
  }

  /**
   * A prepared line, cut to its width; its height is twice the size, its baseline at 1.4 sizes, so that lines align.
   */
  mask(line: TextLine): Mask {
    const mask = this.#masks.get(keyOf(line))
    if (!mask) throw new Error('text was not prepared')
    return mask
  }

  async #renderSheet(lines: readonly TextLine[]): Promise<void> {
    const sheet = (this.#sheets += 1)
    const tops: number[] = []
    let height = 0
    const filters: string[] = []
    for (const [i, line] of lines.entries()) {
      tops.push(height)
      const file = `text-${sheet}-${i}.txt`
      await writeFile(join(this.#folder, file), tidy(line.text))
      filters.push(
        `drawtext=fontfile=${line.weight}.ttf:textfile=${file}:expansion=none:fontsize=${line.sizePx}` +
          `:fontcolor=white:x=2:y=${height + Math.round(1.4 * line.sizePx)}-max_glyph_a`,
      )
      height += 2 * line.sizePx
    }
    const out = `text-${sheet}.rgb`
    const size = `${sheetWidth}x${2 * Math.ceil(height / 2)}`
    const graph = ['format=rgb24', ...filters].join(',')
    await runFfmpeg({
      path: this.#ffmpeg,
      cwd: this.#folder,
      signal: this.#signal,
      args: [
        ...['-f', 'lavfi', '-i', `color=c=black:s=${size}:r=1`, '-vf', graph],
        ...['-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', out],
      ],
    })
    const pixels = await readFile(join(this.#folder, out))
    for (const [i, line] of lines.entries()) {
      this.#masks.set(keyOf(line), cut(pixels, tops[i] ?? 0, 2 * line.sizePx))
    }
  }
}

const keyOf = (line: TextLine): string => `${line.weight} ${line.sizePx} ${line.text}`

/** One line of composed letters, without what is not a letter. */
function tidy(text: string): string {
  const plain = text.normalize('NFC').replace(/\p{C}/gu, ' ').replace(/\s+/g, ' ').trim()
  return [...plain].slice(0, longestText).join('') || ' '
}

/** White on black to coverage, cut to the ink's width. */
function cut(pixels: Buffer, top: number, height: number): Mask {
  const coverage = (x: number, y: number): number => pixels[((top + y) * sheetWidth + x) * 3] ?? 0
  let right = 0
  for (let y = 0; y < height; y += 1) {
    for (let x = sheetWidth - 1; x > right; x -= 1) if (coverage(x, y) > 0) right = x
  }
  const width = right + 1
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) data[y * width + x] = coverage(x, y)
  }
  return { width, height, data }
}
