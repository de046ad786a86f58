/** Where a box lies in its container, in CSS pixels. */
export interface Box {
  left: number
  top: number
  width: number
  height: number
}

/** A grid of equal tiles. */
export interface Grid {
  columns: number
  rows: number
  tileWidth: number
  tileHeight: number
}

/** Space between tiles. */
export const gapPx = 8
/** No more faces on one page than can be told apart. */
export const mostTiles = 25

const widest = 16 / 9

/** How narrow a tile may be: faces on a phone held upright may be cropped to a square, rooms on a desk not so much. */
function narrowest(width: number, height: number): number {
  return width < height ? 0.8 : 4 / 3
}

/** The grid that gives `count` tiles the largest area in the space. */
export function bestGrid(count: number, width: number, height: number): Grid {
  let best: Grid = { columns: 1, rows: 1, tileWidth: 0, tileHeight: 0 }
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const rows = Math.ceil(count / columns)
    const cellWidth = (width - gapPx * (columns - 1)) / columns
    const cellHeight = (height - gapPx * (rows - 1)) / rows
    if (cellWidth <= 0 || cellHeight <= 0) continue
    const aspect = Math.min(widest, Math.max(narrowest(width, height), cellWidth / cellHeight))
    const tileWidth = Math.min(cellWidth, cellHeight * aspect)
    const tileHeight = Math.min(cellHeight, cellWidth / aspect)
    if (tileWidth * tileHeight > best.tileWidth * best.tileHeight) {
      best = { columns, rows, tileWidth: Math.floor(tileWidth), tileHeight: Math.floor(tileHeight) }
    }
  }
  return best
}

/** How many tiles fit on a page before faces become too small to read. */
export function pageCapacity(width: number, height: number): number {
  const leastWidth = width < 600 ? 150 : 200
  let capacity = 1
  for (let count = 2; count <= mostTiles; count++) {
    const grid = bestGrid(count, width, height)
    if (grid.tileWidth >= leastWidth && grid.tileHeight >= leastWidth * 0.5) capacity = count
  }
  return capacity
}

/** The places of `count` tiles, centred; the last row too. */
export function gridBoxes(count: number, width: number, height: number): Box[] {
  const { columns, rows, tileWidth, tileHeight } = bestGrid(count, width, height)
  const top = (height - rows * tileHeight - (rows - 1) * gapPx) / 2
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns)
    const inRow = row === rows - 1 ? count - row * columns : columns
    const left = (width - inRow * tileWidth - (inRow - 1) * gapPx) / 2
    return {
      left: Math.round(left + (index % columns) * (tileWidth + gapPx)),
      top: Math.round(top + row * (tileHeight + gapPx)),
      width: tileWidth,
      height: tileHeight,
    }
  })
}

/** One large place and small ones: in a strip beside it in a wide space, in a grid below it in a tall one. */
export function stageBoxes(
  smallCount: number,
  width: number,
  height: number,
): { stage: Box; small: Box[]; capacity: number } {
  if (smallCount === 0) return { stage: { left: 0, top: 0, width, height }, small: [], capacity: 0 }
  return width >= height ? besideStage(smallCount, width, height) : belowStage(smallCount, width, height)
}

function besideStage(smallCount: number, width: number, height: number): ReturnType<typeof stageBoxes> {
  const tileWidth = Math.round(clamp(width * 0.18, 140, 280))
  const tileHeight = Math.round((tileWidth * 9) / 16)
  const step = tileHeight + gapPx
  const capacity = Math.max(1, Math.floor((height + gapPx) / step))
  const count = Math.min(smallCount, capacity)
  const top = Math.max(0, (height - count * step + gapPx) / 2)
  return {
    stage: { left: 0, top: 0, width: width - tileWidth - gapPx, height },
    small: Array.from({ length: count }, (_, index) => ({
      left: width - tileWidth,
      top: Math.round(top + index * step),
      width: tileWidth,
      height: tileHeight,
    })),
    capacity,
  }
}

/** Held upright: what is shown keeps its shape at the top, faces take the rest. */
function belowStage(smallCount: number, width: number, height: number): ReturnType<typeof stageBoxes> {
  const stageHeight = Math.round(Math.min(height * 0.6, width * 0.66))
  const restHeight = height - stageHeight - gapPx
  const capacity = pageCapacity(width, restHeight)
  const boxes = gridBoxes(Math.min(smallCount, capacity), width, restHeight)
  return {
    stage: { left: 0, top: 0, width, height: stageHeight },
    small: boxes.map((box) => ({ ...box, top: box.top + stageHeight + gapPx })),
    capacity,
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}

/**
 * Who stands where: those there before keep their order, newcomers follow as the roster has them, and whoever speaks
 * comes to the first page in the place of the one there who has been quiet the longest. Nobody else moves.
 * @param firstPage how many places the first page has
 * @param lastHeardAtMs when each was last heard
 */
export function arrange<Id extends string>(
  before: readonly Id[],
  roster: readonly Id[],
  firstPage: number,
  heard: readonly Id[],
  lastHeardAtMs: ReadonlyMap<Id, number>,
): Id[] {
  const there = new Set(roster)
  const known = new Set(before)
  const order = [...before.filter((id) => there.has(id)), ...roster.filter((id) => !known.has(id))]
  for (const id of heard.slice(0, firstPage)) {
    const at = order.indexOf(id)
    if (at < firstPage) continue
    let quietest = -1
    for (let place = 0; place < firstPage; place++) {
      const other = order[place]
      if (other === undefined || heard.includes(other)) continue
      const best = order[quietest]
      const heardAt = lastHeardAtMs.get(other) ?? 0
      // Among those never heard the last gives way, so that the first places stay calm.
      if (best === undefined || heardAt <= (lastHeardAtMs.get(best) ?? 0)) quietest = place
    }
    const other = order[quietest]
    if (other === undefined) continue
    order[quietest] = id
    order[at] = other
  }
  return order
}
