import { z } from 'zod'
import { auditActions, auditGroupOf, auditGroups } from '#contract/auditActions.ts'
import { AppError } from '#contract/errors.ts'
import { fileDate, fromDateAndTime } from '#contract/cityTime.ts'
import { parseInput } from '#contract/input.ts'
import type { Log } from '#contract/log.ts'
import {
  auditEntries,
  auditNames,
  auditPeople,
  auditSubjects,
  type AuditFilter,
  type AuditPlace,
  type AuditReadRow,
} from '#db/auditReading.ts'
import { type AuditHead, proveAudit } from '#db/auditProof.ts'
import type { Database } from '#db/client.ts'
import { guard, guardHidden, type Viewer } from '#office/access.ts'
import { ExportPlaces } from '#office/documents/exportPlaces.ts'
import { safeFileName } from '#office/documents/plainText.ts'
import { auditDetail } from './auditDetail.ts'
import type { AuditEntryShown, AuditNamed } from './auditShown.ts'
import type { AuditWords } from './auditTold.ts'
import { auditCsvHead, auditCsvLines, auditXlsx } from './auditTable.ts'

const text = z.string().trim().max(200).default('')
const day = z.union([z.literal(''), z.iso.date()]).default('')

/** What a reader asks for, as it stands in the page's address; what is empty asks for all. */
export const AuditQuery = z.object({
  /** A person's name without diacritics, whole address or id. */
  q: text,
  action: z
    .string()
    .refine(
      (one) => one === '' || auditGroups.some((group) => group === one) || Object.hasOwn(auditActions, one),
    )
    .default(''),
  /** Words of a meeting's or a unit's name, or an id. */
  about: text,
  address: text,
  from: day,
  to: day,
})
export type AuditQuery = z.infer<typeof AuditQuery>

/** What the last reading of the whole chain found. */
export interface AuditChain {
  atMs: number
  isWhole: boolean
  count: number
}

/** The audit log, for who may read it (audit:see); each method @throws AppError not_found to others. */
export interface Audit {
  /**
   * From the newest on, 50 at a time.
   * @param before what `next` was
   */
  list(
    viewer: Viewer,
    query: z.input<typeof AuditQuery>,
    before?: string | null,
  ): Promise<{ entries: AuditEntryShown[]; next: string | null; chain: AuditChain | null }>
  /**
   * The same as a table, itself in the log; as a workbook at most 20,000 entries. One at a time for each, and three in
   * all. @throws AppError confirmation_needed; busy; too_large
   */
  export(
    viewer: Viewer,
    query: z.input<typeof AuditQuery>,
    format: 'csv' | 'xlsx',
    words: AuditWords,
  ): Promise<{ fileName: string; body: ReadableStream<Uint8Array> | Buffer }>
  /** Reads the whole chain, once at a time whoever asks, and keeps in the log what was found. */
  verify(viewer: Viewer): Promise<AuditChain>
}

const pageSize = 50
/** People, meetings and units that words may stand for. */
const maxMatches = 50
const maxCsvRows = 1_000_000
const maxXlsxRows = 20_000
const chunkRows = 1000

/** Makes `Audit` on a database. */
export function createAudit(options: {
  database: Database
  log: Log
  /** What is kept of the log outside the database. */
  keptHeads?: () => Promise<readonly AuditHead[]>
  now?: () => number
}): Audit {
  const { database, log } = options
  const now = options.now ?? Date.now
  const places = new ExportPlaces()
  let proving: Promise<AuditChain> | null = null

  const filterOf = async (query: AuditQuery): Promise<AuditFilter> => {
    const { q, action, about, address, from, to } = query
    const names = Object.keys(auditActions)
    const [people, subjects] = await Promise.all([
      q === '' ? null : auditPeople(database, q, maxMatches),
      about === '' ? null : auditSubjects(database, about, maxMatches),
    ])
    const dayMs = 86_400_000
    const startOf = (iso: string) => (iso === '' ? null : fromDateAndTime(iso, '00:00'))
    const lastMs = startOf(to)
    return {
      personIds: people && [...people, q],
      subjectIds: subjects && [...subjects, about],
      actions:
        action === ''
          ? null
          : action.includes('.')
            ? [action]
            : names.filter((name) => auditGroupOf(name) === action),
      address: address === '' ? null : address,
      fromMs: startOf(from),
      toMs: lastMs === null ? null : lastMs + dayMs,
    }
  }

  const shown = async (rows: readonly AuditReadRow[]): Promise<AuditEntryShown[]> => {
    const details = rows.map((row) => auditDetail(row.detail))
    const names = await auditNames(
      database,
      rows.flatMap((row, index) => [row.actorId, row.subject, ...(details[index]?.ids ?? [])]),
    )
    const named = (id: string): AuditNamed => {
      const found = names.get(id)
      return { id, kind: found?.kind ?? null, name: found?.name ?? null, meetingId: found?.meetingId ?? null }
    }
    const spelled = (value: string) =>
      value
        .split(' ')
        .map((word) => names.get(word)?.name ?? word)
        .join(' ')
    return rows.map((row, index) => {
      const detail = details[index] ?? auditDetail({})
      return {
        ...{ id: row.id.toString(), atMs: row.at.getTime(), address: row.address, action: row.action },
        ...{ actor: named(row.actorId), subject: named(row.subject) },
        changes: detail.changes.map(({ field, from, to }) => ({
          ...{ field, from: from.map(spelled), to: to.map(spelled) },
        })),
        facts: detail.facts.map(({ field, value }) => ({ field, value: spelled(value) })),
      }
    })
  }

  const lastProof = async (): Promise<AuditChain | null> => {
    const none = { personIds: null, subjectIds: null, address: null, fromMs: null, toMs: null }
    const filter = { ...none, actions: ['audit.verified'] }
    const [row] = await auditEntries(database, filter, { before: null, limit: 1 })
    if (!row) return null
    const { isWhole, count } = Proof.parse(row.detail)
    return { atMs: row.at.getTime(), isWhole, count }
  }

  async function* pages(filter: AuditFilter, limit: number): AsyncGenerator<AuditEntryShown[]> {
    let before: AuditPlace | null = null
    for (let left = limit; left > 0; left -= chunkRows) {
      const rows: AuditReadRow[] = await auditEntries(database, filter, {
        before,
        limit: Math.min(chunkRows, left),
      })
      const last = rows.at(-1)
      if (!last) return
      before = placeOf(last)
      yield await shown(rows)
      if (rows.length < chunkRows) return
    }
  }

  const prove = async (actorId: string): Promise<AuditChain> => {
    const { count, broken } = await proveAudit(database, await options.keptHeads?.())
    const isWhole = broken === null && count > 0
    if (!isWhole)
      log.error('auditBroken', { entryId: broken?.id.toString() ?? '', why: broken?.why ?? 'empty' })
    const detail = { isWhole, count, ...(broken ? { entryId: broken.id.toString(), why: broken.why } : {}) }
    const atMs = now()
    await database.audit.record({ actorId, action: 'audit.verified', subject: 'audit', detail }, atMs)
    return { atMs, isWhole, count }
  }

  return {
    async list(viewer, input, before = null) {
      guardHidden(viewer, 'audit:see')
      const filter = await filterOf(parseInput(AuditQuery, input))
      const [rows, chain] = await Promise.all([
        auditEntries(database, filter, { before: parsePlace(before), limit: pageSize + 1 }),
        lastProof(),
      ])
      const entries = await shown(rows.slice(0, pageSize))
      const last = rows[pageSize - 1]
      return { entries, next: rows.length > pageSize && last ? placeText(placeOf(last)) : null, chain }
    },

    async export(viewer, input, format, words) {
      guardHidden(viewer, 'audit:see')
      const actorId = guard(viewer, 'audit:export')
      const query = parseInput(AuditQuery, input)
      const filter = await filterOf(query)
      const fileName = safeFileName(`nhat ky kiem tra ${fileDate(now())}`, format)
      const note = () => {
        const detail = { format, ...query }
        return database.audit.record({ actorId, action: 'audit.exported', subject: 'audit', detail }, now())
      }
      if (format === 'csv') {
        const body = await places.stream(actorId, async () => {
          await note()
          return csvOf(pages(filter, maxCsvRows), words)
        })
        return { fileName, body }
      }
      const body = await places.run(actorId, async () => {
        const all = await auditEntries(database, filter, { before: null, limit: maxXlsxRows + 1 })
        if (all.length > maxXlsxRows) throw new AppError('too_large', `more than ${maxXlsxRows} entries`)
        await note()
        const entries: AuditEntryShown[] = []
        for await (const page of pages(filter, maxXlsxRows)) entries.push(...page)
        return await auditXlsx(entries, words)
      })
      return { fileName, body }
    },

    async verify(viewer) {
      const actorId = guardHidden(viewer, 'audit:see')
      proving ??= prove(actorId).finally(() => (proving = null))
      return proving
    },
  }
}

const Proof = z.object({ isWhole: z.boolean(), count: z.number() })

function placeOf(row: AuditReadRow): AuditPlace {
  return { atMs: row.at.getTime(), id: row.id }
}

function placeText({ atMs, id }: AuditPlace): string {
  return `${atMs}-${id}`
}

/** @throws AppError bad_request */
function parsePlace(place: string | null): AuditPlace | null {
  if (place === null || place === '') return null
  const [, atMs, id] = /^(\d{1,15})-(\d{1,18})$/.exec(place) ?? []
  if (atMs === undefined || id === undefined) throw new AppError('bad_request', 'no place in the log')
  return { atMs: Number(atMs), id: BigInt(id) }
}

async function* csvOf(pages: AsyncGenerator<AuditEntryShown[]>, words: AuditWords): AsyncGenerator<string> {
  yield auditCsvHead(words)
  for await (const page of pages) yield auditCsvLines(page, words)
}
