/** A place in the picture, in pixels; all even, as 4:2:0 wants. */
export interface Rect {
  x: number
  y: number
  width: number
  height: number
}

/** The composed picture. */
export const picture = { width: 1280, height: 720, framesPerSecond: 25 } as const
/** Milliseconds of one frame. */
export const frameMs = 1_000 / picture.framesPerSecond
/** Title and clock stand above the tiles. */
export const headerHeight = 48
/** More faces than this are not shown at once. */
export const maxGridTiles = 16
/** Faces beside a shared screen. */
export const maxStripTiles = 4

const margin = 16
const gap = 10
const stage: Rect = {
  x: margin,
  y: headerHeight,
  width: picture.width - 2 * margin,
  height: picture.height - headerHeight - margin,
}
const stripWidth = 236

const even = (value: number): number => 2 * Math.floor(value / 2)

/** Where `count` faces stand: the grid of 16:9 tiles that makes them largest, the last row centred. */
export function gridRects(count: number): Rect[] {
  if (count === 0) return []
  let best = { columns: 1, width: 0 }
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns)
    const width = Math.min(
      (stage.width - gap * (columns - 1)) / columns,
      (((stage.height - gap * (rows - 1)) / rows) * 16) / 9,
    )
    if (width > best.width + 0.5) best = { columns, width }
  }
  const { columns } = best
  const rows = Math.ceil(count / columns)
  const width = even(best.width)
  const height = even((width * 9) / 16)
  const top = stage.y + (stage.height - rows * height - (rows - 1) * gap) / 2
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor(i / columns)
    const inRow = row === rows - 1 ? count - row * columns : columns
    const left = stage.x + (stage.width - inRow * width - (inRow - 1) * gap) / 2
    return {
      x: even(left + (i - row * columns) * (width + gap)),
      y: even(top + row * (height + gap)),
      width,
      height,
    }
  })
}

/** A shared screen takes the main area; `count` faces stand in a strip at its side. */
export function screenRects(count: number): { main: Rect; strip: Rect[] } {
  if (count === 0) return { main: stage, strip: [] }
  const height = even((stripWidth * 9) / 16)
  const main = { ...stage, width: stage.width - stripWidth - gap }
  const shown = Math.min(count, maxStripTiles)
  const top = stage.y + (stage.height - shown * height - (shown - 1) * gap) / 2
  const strip = Array.from({ length: shown }, (_, i) => ({
    x: stage.x + stage.width - stripWidth,
    y: even(top + i * (height + gap)),
    width: stripWidth,
    height,
  }))
  return { main, strip }
}
