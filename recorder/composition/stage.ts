import type { ParticipantId } from '#contract/ids.ts'
import type { Names } from '../journalFormat.ts'
import { Canvas, type Colour } from './canvas.ts'
import { gridRects, headerHeight, picture, screenRects, type Rect } from './layout.ts'
import type { Scene, SceneTile } from './timeline.ts'
import type { TextLine, TextRenderer } from './text.ts'

/** Where a video goes, and which tiles light up when somebody speaks. */
export interface Placement {
  videos: { file: string; rect: Rect }[]
  rings: { rect: Rect; tile: SceneTile }[]
}

/** What stands still in a scene: behind the videos, and above them. RGBA. */
export interface Stage extends Placement {
  behind: Canvas
  above: Canvas
}

const colours = {
  top: [15, 26, 44, 1],
  bottom: [9, 15, 27, 1],
  tile: [22, 34, 56, 1],
  screen: [5, 9, 17, 1],
  edge: [255, 255, 255, 0.07],
  title: [233, 239, 248, 1],
  dim: [143, 161, 189, 1],
  name: [255, 255, 255, 1],
  unit: [196, 208, 226, 1],
  label: [9, 15, 27, 0.74],
  ring: [74, 163, 255, 1],
} as const satisfies Record<string, Colour>

/** Discs behind initials; chosen by participant. */
const discs: readonly Colour[] = [
  [37, 99, 173, 1],
  [15, 118, 110, 1],
  [124, 78, 171, 1],
  [176, 89, 43, 1],
  [157, 57, 97, 1],
  [63, 98, 18, 1],
  [71, 85, 135, 1],
  [14, 116, 144, 1],
]
const radius = 12
/** Tiles over video narrower than this show the name alone. */
const leastForUnit = 280
const presenting = 'Đang trình bày: '

/** Draws a scene's plates, labels and header. */
export class StagePainter {
  readonly #texts: TextRenderer
  readonly #names: Names
  readonly #title: string
  readonly #body: string

  /** @param header the meeting's title and the body that holds it */
  constructor(texts: TextRenderer, names: Names, header: { title: string; body: string }) {
    this.#texts = texts
    this.#names = names
    this.#title = header.title
    this.#body = header.body
  }

  /** @param scene what to show; its files decide what is a video and what a plate */
  async paint(scene: Scene): Promise<Stage> {
    await this.#texts.prepare(this.#linesOf(scene))
    const behind = new Canvas(picture.width, picture.height)
    const above = new Canvas(picture.width, picture.height)
    behind.fill(colours.top, colours.bottom)
    this.#header(behind)
    const placement = place(scene)
    if (scene.screen) {
      const { main } = screenRects(scene.tiles.length)
      behind.roundRect(main, radius, colours.screen)
      this.#finish(above, main)
      const label = presenting + this.#nameOf(scene.screen.participantId)
      this.#label(above, main, label, '', sizes(main))
    }
    for (const [i, tile] of scene.tiles.entries()) {
      const rect = tileRects(scene)[i]
      if (!rect) continue
      behind.roundRect(rect, radius, colours.tile)
      this.#finish(above, rect)
      const name = this.#nameOf(tile.participantId)
      const unit = this.#names[tile.participantId]?.unitName ?? ''
      // In the strip beside a screen two lines would cover the face.
      if (tile.file) this.#label(above, rect, name, rect.width < leastForUnit ? '' : unit, sizes(rect))
      else this.#plate(behind, rect, tile.participantId, name, unit)
    }
    return { ...placement, behind, above }
  }

  #nameOf(id: ParticipantId): string {
    return this.#names[id]?.name || '—'
  }

  #linesOf(scene: Scene): TextLine[] {
    const lines: TextLine[] = [titleLine(this.#title), bodyLine(this.#body)]
    if (scene.screen) {
      const { main } = screenRects(scene.tiles.length)
      lines.push(nameLine(presenting + this.#nameOf(scene.screen.participantId), sizes(main)))
    }
    for (const [i, tile] of scene.tiles.entries()) {
      const rect = tileRects(scene)[i]
      if (!rect) continue
      const name = this.#nameOf(tile.participantId)
      lines.push(nameLine(name, sizes(rect)))
      lines.push(unitLine(this.#names[tile.participantId]?.unitName ?? '', sizes(rect)))
      lines.push(initialLine(name, rect))
    }
    return lines
  }

  #header(canvas: Canvas): void {
    const title = this.#texts.mask(titleLine(this.#title))
    const titleWidth = Math.min(title.width, 760)
    canvas.text(title, 20, headerHeight / 2 - 1.05 * 18, 760, colours.title)
    const body = this.#texts.mask(bodyLine(this.#body))
    canvas.text(
      body,
      20 + titleWidth + 14,
      headerHeight / 2 - 1.05 * 14,
      1_080 - titleWidth - 34,
      colours.dim,
    )
  }

  /** Round corners over a video, and a fine edge. */
  #finish(above: Canvas, rect: Rect): void {
    above.corners(rect, radius, backgroundAt)
    above.frame(rect, radius, 1, colours.edge)
  }

  #label(above: Canvas, rect: Rect, name: string, unit: string, size: Sizes): void {
    const nameMask = this.#texts.mask(nameLine(name, size))
    const unitMask = unit ? this.#texts.mask(unitLine(unit, size)) : null
    const most = rect.width - 4 * size.pad
    const width = Math.min(most, Math.max(nameMask.width, unitMask?.width ?? 0)) + 2 * size.pad
    const height = Math.round(1.5 * size.name + (unitMask ? 1.35 * size.unit : 0) + 0.6 * size.pad)
    const box = { x: rect.x + size.pad, y: rect.y + rect.height - size.pad - height, width, height }
    above.roundRect(box, 8, colours.label)
    const left = box.x + size.pad
    // A mask's baseline lies at 1.4 sizes.
    const nameBase = box.y + 0.3 * size.pad + 1.15 * size.name
    above.text(nameMask, left, nameBase - 1.4 * size.name, most, colours.name)
    if (unitMask) {
      const unitBase = nameBase + 0.35 * size.name + 1.05 * size.unit
      above.text(unitMask, left, unitBase - 1.4 * size.unit, most, colours.unit)
    }
  }

  #plate(behind: Canvas, rect: Rect, id: ParticipantId, name: string, unit: string): void {
    const size = sizes(rect)
    const disc = discSize(rect)
    const middle = rect.x + rect.width / 2
    const textHeight = 1.6 * size.name + 1.5 * size.unit
    const top = rect.y + (rect.height - disc - textHeight - size.pad) / 2
    const colour =
      discs[[...id].reduce((sum, c) => (sum * 31 + (c.codePointAt(0) ?? 0)) >>> 0, 7) % discs.length]
    behind.roundRect(
      { x: middle - disc / 2, y: top, width: disc, height: disc },
      disc / 2,
      colour ?? colours.ring,
    )
    const initial = this.#texts.mask(initialLine(name, rect))
    const initialSize = initial.height / 2
    behind.text(initial, middle - initial.width / 2, top + disc / 2 - 1.04 * initialSize, disc, colours.name)
    const centred = (line: TextLine, base: number, c: Colour): void => {
      const mask = this.#texts.mask(line)
      const most = rect.width - 2 * size.pad
      behind.text(mask, middle - Math.min(mask.width, most) / 2, base - 1.4 * line.sizePx, most, c)
    }
    const nameBase = top + disc + size.pad + 1.05 * size.name
    centred(nameLine(name, size), nameBase, colours.name)
    if (unit) centred(unitLine(unit, size), nameBase + 0.45 * size.name + 1.05 * size.unit, colours.dim)
  }
}

/** A lit frame around whoever speaks. */
export function paintRing(rect: Rect): Canvas {
  const canvas = new Canvas(rect.width, rect.height)
  canvas.frame({ x: 0, y: 0, width: rect.width, height: rect.height }, radius, 3, colours.ring)
  return canvas
}

/** Colour of the clock in the header, as ffmpeg writes it. */
export const clockColour = '0x8FA1BD'

function tileRects(scene: Scene): Rect[] {
  return scene.screen ? screenRects(scene.tiles.length).strip : gridRects(scene.tiles.length)
}

function place(scene: Scene): Placement {
  const rects = tileRects(scene)
  const placement: Placement = { videos: [], rings: [] }
  if (scene.screen) {
    placement.videos.push({ file: scene.screen.file, rect: screenRects(scene.tiles.length).main })
  }
  for (const [i, tile] of scene.tiles.entries()) {
    const rect = rects[i]
    if (!rect) continue
    if (tile.file) placement.videos.push({ file: tile.file, rect })
    if (tile.speech.length > 0) placement.rings.push({ rect, tile })
  }
  return placement
}

function backgroundAt(y: number): Colour {
  const share = y / (picture.height - 1)
  const mix = (i: 0 | 1 | 2): number => colours.top[i] + (colours.bottom[i] - colours.top[i]) * share
  return [mix(0), mix(1), mix(2), 1]
}

interface Sizes {
  name: number
  unit: number
  pad: number
}

/** Letters grow with the tile. */
function sizes(rect: Rect): Sizes {
  if (rect.width >= 800) return { name: 20, unit: 15, pad: 14 }
  if (rect.width >= 560) return { name: 18, unit: 14, pad: 12 }
  if (rect.width >= 380) return { name: 16, unit: 13, pad: 10 }
  return { name: 14, unit: 12, pad: 8 }
}

function discSize(rect: Rect): number {
  return Math.round(Math.min(150, rect.height * 0.36))
}

const titleLine = (text: string): TextLine => ({ text, sizePx: 18, weight: 'semibold' })
const bodyLine = (text: string): TextLine => ({ text, sizePx: 14, weight: 'regular' })
const nameLine = (text: string, size: Sizes): TextLine => ({ text, sizePx: size.name, weight: 'semibold' })
const unitLine = (text: string, size: Sizes): TextLine => ({ text, sizePx: size.unit, weight: 'regular' })

/** The first letter of the given name, which a Vietnamese name ends in. */
function initialLine(name: string, rect: Rect): TextLine {
  const given =
    name
      .normalize('NFC')
      .split(/\s+/)
      .findLast((word) => /^[\p{L}\p{N}]/u.test(word)) ?? '—'
  const letter = [...given][0]?.toLocaleUpperCase('vi') ?? '—'
  return { text: letter, sizePx: Math.round(discSize(rect) * 0.46), weight: 'semibold' }
}
