import type { MinutesContent } from '#contract/minutes.ts'

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** The rows of a list from `from` up to `to`; of a field, the one value. */
interface Span {
  /** A field by its keys, `items.2.title`; for rows their list, `items.2.paragraphs`. */
  path: string
  from: number
  to: number
}

/** A place that both writers changed, each otherwise: a field, or neighbouring rows of a list. */
export interface Dispute {
  /** Where it is in the merged text; `from` and `to` are null for a field. */
  place: string
  from: number | null
  to: number | null
  /** What each has there, a row an entry. */
  mine: Json[]
  theirs: Json[]
  /** Where it is in the text that both began with. */
  base: Span
}

/** Two versions of minutes, brought together. */
export interface Merged {
  /** Both writers' changes; where they contradict each other, one's own. */
  content: MinutesContent
  /** The other version, with what both began with wherever there is a dispute: what is left to settle. */
  base: MinutesContent
  disputes: Dispute[]
  /** Where one's own rows went, by path, for those that moved. */
  moved: Map<string, string>
}

/** How a dispute is settled: one's own, the other's, or one's own followed by the other's. */
export type Choice = 'mine' | 'theirs' | 'both'

/**
 * Brings together what two people made of one text, field by field and row by row: a change of one alone is taken, rows
 * that both put in at one place are all kept, and what both changed is a dispute.
 */
export function mergeMinutes(base: MinutesContent, mine: MinutesContent, theirs: MinutesContent): Merged {
  const disputes: Dispute[] = []
  const moved = new Map<string, string>()
  const merger: Merger = { disputes, moved }
  const [content, rest] = mergeValues(merger, { base: '', mine: '', merged: '' }, base, mine, theirs)
  // Made of the three, key by key.
  return { content: content as MinutesContent, base: rest as MinutesContent, disputes, moved }
}

/** The texts that hold after a choice: what is on the page, and what is left to settle. */
export function settle(
  content: MinutesContent,
  base: MinutesContent,
  dispute: Dispute,
  choice: Choice,
): { content: MinutesContent; base: MinutesContent } {
  const { mine, theirs, place, from, to } = dispute
  const isField = from === null || to === null
  const chosen =
    choice === 'mine'
      ? mine
      : choice === 'theirs'
        ? theirs
        : isField
          ? [joined(mine, theirs)]
          : [...mine, ...theirs]
  const put = (
    text: MinutesContent,
    path: string,
    start: number,
    end: number,
    rows: Json[],
  ): MinutesContent => {
    const copy = structuredClone(text)
    const keys = path.split('.')
    const last = keys.pop() ?? ''
    let holder: unknown = copy
    for (const key of keys) holder = Reflect.get(Object(holder), key)
    if (isField) Reflect.set(Object(holder), last, rows[0])
    else (Reflect.get(Object(holder), last) as Json[]).splice(start, end - start, ...rows) // a list, as `chunk` found it
    return copy
  }
  return {
    content: put(content, place, from ?? 0, to ?? 0, chosen),
    base: put(base, dispute.base.path, dispute.base.from, dispute.base.to, theirs),
  }
}

/** Whether two values say the same, in whatever order their keys are. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  const [a, b] = [Object.entries(one), Object.entries(other)]
  return a.length === b.length && a.every(([key, value]) => isSame(value, Reflect.get(other, key)))
}

interface Merger {
  disputes: Dispute[]
  moved: Map<string, string>
}

interface Paths {
  base: string
  mine: string
  merged: string
}

const into = (paths: Paths, keys: Paths): Paths => ({
  base: join(paths.base, keys.base),
  mine: join(paths.mine, keys.mine),
  merged: join(paths.merged, keys.merged),
})
const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

function joined(mine: Json[], theirs: Json[]): Json {
  const [one, other] = [mine[0], theirs[0]]
  return typeof one === 'string' && typeof other === 'string' ? `${one} ${other}` : (one ?? null)
}

const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @returns the merged value, and what of it is left to settle */
function mergeValues(merger: Merger, at: Paths, base: Json, mine: Json, theirs: Json): [Json, Json] {
  if (Array.isArray(base) && Array.isArray(mine) && Array.isArray(theirs))
    return mergeLists(merger, at, base, mine, theirs)
  if (isObject(base) && isObject(mine) && isObject(theirs)) {
    const entries = Object.keys(mine).map((key) => {
      const paths = into(at, { base: key, mine: key, merged: key })
      const [b = null, m = null, t = null] = [base[key], mine[key], theirs[key]]
      return [key, mergeValues(merger, paths, b, m, t)] as const
    })
    return [
      Object.fromEntries(entries.map(([key, [value]]) => [key, value])),
      Object.fromEntries(entries.map(([key, [, rest]]) => [key, rest])),
    ]
  }
  if (isSame(mine, theirs) || isSame(base, theirs)) return [mine, theirs]
  if (isSame(base, mine)) return [theirs, theirs]
  merger.disputes.push({
    ...{ place: at.merged, from: null, to: null, mine: [mine], theirs: [theirs] },
    base: { path: at.base, from: 0, to: 0 },
  })
  return [mine, base]
}

function mergeLists(merger: Merger, at: Paths, base: Json[], mine: Json[], theirs: Json[]): [Json[], Json[]] {
  const merged: Json[] = []
  const rest: Json[] = []
  let [b, m, t] = [0, 0, 0]
  const row = (): void => {
    const paths = into(at, { base: `${rest.length}`, mine: `${m}`, merged: `${merged.length}` })
    if (m !== merged.length) merger.moved.set(paths.mine, paths.merged)
    const rows = [base[b] ?? null, mine[m] ?? null, theirs[t] ?? null] as const
    const inRow: Merger = { ...merger, disputes: [] }
    const [one, left] = mergeValues(inRow, paths, ...rows)
    // A paragraph is a row, of which both versions can stay.
    const asRows = { from: merged.length, to: merged.length + 1 }
    const whole = { base: { path: at.base, from: rest.length, to: rest.length + 1 } }
    const isText = typeof rows[1] === 'string'
    merger.disputes.push(
      ...inRow.disputes.map((one) => (isText ? { ...one, place: at.merged, ...asRows, ...whole } : one)),
    )
    merged.push(one)
    rest.push(left)
    b += 1
    m += 1
    t += 1
  }
  /** All up to here that has no counterpart in all three. */
  const chunk = (toBase: number, toMine: number, toTheirs: number): void => {
    const rows = {
      base: base.slice(b, toBase),
      mine: mine.slice(m, toMine),
      theirs: theirs.slice(t, toTheirs),
    }
    const isEven = rows.base.length === rows.mine.length && rows.base.length === rows.theirs.length
    if (isEven) while (b < toBase) row()
    else {
      const isTheirs = isSame(rows.base, rows.mine)
      const isSettled = isTheirs || isSame(rows.mine, rows.theirs) || isSame(rows.base, rows.theirs)
      const before = rows.base.length === 0 && !isSettled ? rows.theirs : [] // both put rows in: all are kept
      for (const index of rows.mine.keys()) {
        const place = merged.length + before.length + index
        if (m + index !== place) merger.moved.set(join(at.mine, `${m + index}`), join(at.merged, `${place}`))
      }
      if (!isSettled && before.length === 0) {
        merger.disputes.push({
          ...{ place: at.merged, from: merged.length, to: merged.length + rows.mine.length },
          ...{ mine: rows.mine, theirs: rows.theirs },
          base: { path: at.base, from: rest.length, to: rest.length + rows.base.length },
        })
        rest.push(...rows.base)
      } else rest.push(...rows.theirs)
      merged.push(...(isTheirs ? rows.theirs : [...before, ...rows.mine]))
    }
    ;[b, m, t] = [toBase, toMine, toTheirs]
  }
  const [inMine, inTheirs] = [counterparts(base, mine), counterparts(base, theirs)]
  for (const index of base.keys()) {
    const [there, other] = [inMine.get(index), inTheirs.get(index)]
    if (there === undefined || other === undefined) continue
    chunk(index, there, other)
    row()
  }
  chunk(base.length, mine.length, theirs.length)
  return [merged, rest]
}

/** Which row of the later list is which of the earlier: the longest run of the same in the same order. */
function counterparts(earlier: readonly Json[], later: readonly Json[]): Map<number, number> {
  const [one, other] = [earlier.map(rowKey), later.map(rowKey)]
  const pairs = new Map<number, number>()
  let start = 0
  while (start < one.length && start < other.length && one[start] === other[start]) {
    pairs.set(start, start)
    start += 1
  }
  let end = 0
  const room = Math.min(one.length, other.length) - start
  while (end < room && one.at(-1 - end) === other.at(-1 - end)) {
    end += 1
    pairs.set(one.length - end, other.length - end)
  }
  const [rows, columns] = [one.length - end - start, other.length - end - start]
  const common = Array.from({ length: rows + 1 }, () => new Uint16Array(columns + 1))
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0
  const isOne = (i: number, j: number): boolean => one[start + i] === other[start + j]
  for (let i = rows - 1; i >= 0; i -= 1) {
    for (let j = columns - 1; j >= 0; j -= 1) {
      const row = common[i]
      if (row) row[j] = isOne(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  for (let i = 0, j = 0; i < rows && j < columns;) {
    if (isOne(i, j)) pairs.set(start + i++, start + j++)
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1
    else j += 1
  }
  return new Map([...pairs].toSorted(([a], [b]) => a - b))
}

/** What a row is recognised by: whom or which item it is of, else what it says. */
function rowKey(row: Json): string {
  if (!isObject(row)) return JSON.stringify(row)
  const { agendaItemId, participantId, atMs } = row
  const id = agendaItemId ?? participantId
  if (typeof id === 'string') return `${id} ${String(atMs ?? '')}`
  return JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
