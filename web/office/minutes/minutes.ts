import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { MeetingId } from '#contract/ids.ts'
import { parseInput } from '#contract/input.ts'
import type { Log } from '#contract/log.ts'
import type { MeetingChange } from '#contract/meetingChanged.ts'
import { MinutesContent } from '#contract/minutes.ts'
import type { Action } from '#contract/permissions.ts'
import type { SettingsReader } from '#contract/settings.ts'
import { findMeetingRecord } from '#db/attendance.ts'
import type { Database } from '#db/client.ts'
import {
  advanceMinutes,
  findMinutes,
  insertMinutes,
  listMinutesVersions,
  numberMinutes,
  readMinutesVersion,
  saveMinutes,
  type MinutesAct,
  type MinutesRow,
  type MinutesStep,
  type MinutesVersionRow,
} from '#db/minutes.ts'
import { accessTo, type MeetingAccess, type Viewer } from '#office/access.ts'
import { fileDate } from '#contract/cityTime.ts'
import { textsOf, type DocumentTree } from '#office/documents/documentTree.ts'
import { lettersLacking } from '#office/documents/letterWidths.ts'
import { minutesDocument } from '#office/documents/minutesDocument.ts'
import { plainText, safeFileName } from '#office/documents/plainText.ts'
import {
  createDocumentRenderer,
  type DocumentFormat,
  type DocumentRenderer,
} from '#office/documents/renderDocument.ts'
import { draftMinutes } from './minutesDraft.ts'

export type { MinutesVersionRow }

/** The minutes of a meeting, with what the viewer may do with them now. */
export interface MinutesDetail extends MinutesRow {
  may: Action[]
}

/** The minutes of meetings, as pages use them. */
export interface Minutes {
  get(viewer: Viewer, meetingId: string): Promise<MinutesDetail | null>
  /** As it is printed, and read on the screen before approval. Throws `not_found` where there are none for this viewer. */
  document(viewer: Viewer, meetingId: string): Promise<DocumentTree>
  /** What was saved so far, for who writes or approves; the newest first. */
  versions(viewer: Viewer, meetingId: string): Promise<MinutesVersionRow[]>
  /** One of them as it would be printed. Throws `not_found`. */
  versionDocument(viewer: Viewer, meetingId: string, version: number): Promise<DocumentTree>
  /** Saves what an earlier version said as a new one; the same conditions as `save`. */
  restore(
    viewer: Viewer,
    meetingId: string,
    input: { version: number; restored: number },
  ): Promise<{ version: number }>
  /** From the meeting itself; `invalid_state` before it ended, returns the existing one when there is one. */
  createDraft(viewer: Viewer, meetingId: string): Promise<MinutesDetail>
  /**
   * Saves what was written on top of `version`: `{ version, content, isApart? }`, parsed here. Throws `bad_request`,
   * and `conflict` when another version was stored meanwhile.
   */
  save(viewer: Viewer, meetingId: string, input: unknown): Promise<{ version: number }>
  /** As `approve`: throws `bad_request` with `detail.letters` while there are letters that cannot be printed. */
  submit(viewer: Viewer, meetingId: string, version: number): Promise<void>
  returnToDraft(viewer: Viewer, meetingId: string, note: string): Promise<void>
  /** Takes back what was submitted, before the chair decided. */
  recall(viewer: Viewer, meetingId: string, version: number): Promise<void>
  approve(viewer: Viewer, meetingId: string, version: number): Promise<void>
  /**
   * Gives approved minutes their number. Throws `bad_request` and, when another document of the unit, symbol and year
   * has it, `conflict`, both with `detail.field`.
   */
  number(
    viewer: Viewer,
    meetingId: string,
    input: { version: number; docNumber: string },
  ): Promise<{ version: number }>
  /** @param docNumber given in the same act; as `number` */
  publish(viewer: Viewer, meetingId: string, version: number, docNumber?: string): Promise<void>
  file(
    viewer: Viewer,
    meetingId: string,
    format: 'pdf' | 'docx',
  ): Promise<{ fileName: string; contentType: string; bytes: Uint8Array }>
}

const Save = z.object({
  version: z.number().int().min(0),
  content: MinutesContent,
  isApart: z.boolean().optional(),
})

/** A number as a register has it: 7, 07, 123, 17a. */
const DocNumber = z
  .string()
  .trim()
  .regex(/^\d{1,6}[a-zA-Z]?$/)

const contentTypes: Record<DocumentFormat, string> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
}

/** The chair's words when sending minutes back. */
const longestNote = 2000

/**
 * The minutes of meetings: drafted from the meeting, edited by the secretary, approved by the chair, published.
 *
 *     draft ⇄ submitted → approved → published
 *
 * Only a draft can be edited; approved minutes still get their number. A version per writer and quarter of an hour is
 * kept, and each step binds exactly the version that was seen, which is kept for ever.
 */
export function createMinutes(options: {
  database: Database
  log: Log
  now?: () => number
  settings: SettingsReader
  renderer?: DocumentRenderer
  /** Told, after it is stored, that a meeting's minutes changed. */
  onChanged?: (change: MeetingChange) => void
}): Minutes {
  const { database, log, settings } = options
  const now = options.now ?? Date.now
  const renderer = options.renderer ?? createDocumentRenderer()
  const changed = ({ standing }: MeetingAccess, version: number | null = null): void =>
    options.onChanged?.({ meetingId: standing.meetingId, part: 'minutes', version })

  const actOf = (viewer: Viewer, access: MeetingAccess): MinutesAct => ({
    actorId: access.actorId,
    userId: viewer.account?.userId ?? null,
    atMs: now(),
  })

  const detailOf = (row: MinutesRow, access: MeetingAccess): MinutesDetail => ({
    ...row,
    meetingId: MeetingId.parse(row.meetingId),
    may: possibleActions(row, access),
  })

  const advance = async (
    viewer: Viewer,
    meetingId: string,
    version: number | null,
    action: Action,
    step: MinutesStep,
  ): Promise<void> => {
    const access = await accessTo(database, viewer, meetingId)
    access.demand(action)
    await advanceMinutes(database, meetingId, version, step, actOf(viewer, access))
    changed(access)
    log.info('minutesAdvanced', { meetingId, to: step.to, actorId: access.actorId })
  }

  const giveNumber = async (
    viewer: Viewer,
    meetingId: string,
    version: number,
    docNumber: string,
    isPublished: boolean,
  ): Promise<{ version: number }> => {
    const access = await accessTo(database, viewer, meetingId)
    access.demand('minutes:publish')
    const number = parseInput(z.object({ docNumber: DocNumber }), { docNumber }).docNumber
    const act = actOf(viewer, access)
    const made = await numberMinutes(database, meetingId, version, number, act, isPublished)
    changed(access, isPublished ? null : made)
    log.info('minutesNumbered', { meetingId, isPublished, actorId: access.actorId })
    return { version: made }
  }

  /** @throws AppError not_found where there are none for this viewer */
  const printable = async (viewer: Viewer, meetingId: string): Promise<MinutesRow> => {
    const access = await accessTo(database, viewer, meetingId)
    const row = access.may('minutes:see') ? await findMinutes(database, meetingId) : null
    if (!row) throw new AppError('not_found', 'no minutes for this viewer')
    return row
  }

  /** @throws AppError bad_request with `detail.letters` when the text has letters that no font of the paper has */
  const demandPrintable = async (viewer: Viewer, meetingId: string, action: Action): Promise<void> => {
    const access = await accessTo(database, viewer, meetingId)
    access.demand(action)
    const { content } = await printable(viewer, meetingId)
    const letters = lettersLacking(textsOf(minutesDocument(content, 'approved')).join(' '))
    if (letters.length === 0) return
    const shown = letters.slice(0, 20).join(' ')
    throw new AppError('bad_request', 'letters that cannot be printed', { detail: { letters: shown } })
  }

  /** @throws AppError forbidden, not_found */
  const forWriters = async (viewer: Viewer, meetingId: string): Promise<void> => {
    const access = await accessTo(database, viewer, meetingId)
    if (!access.may('minutes:edit')) access.demand('minutes:approve')
  }

  return {
    async get(viewer, meetingId) {
      const access = await accessTo(database, viewer, meetingId)
      if (!access.may('minutes:see')) return null
      const row = await findMinutes(database, meetingId)
      return row && detailOf(row, access)
    },

    async document(viewer, meetingId) {
      const { content, state } = await printable(viewer, meetingId)
      return minutesDocument(content, state)
    },

    async versions(viewer, meetingId) {
      await forWriters(viewer, meetingId)
      return listMinutesVersions(database, meetingId)
    },

    async versionDocument(viewer, meetingId, version) {
      await forWriters(viewer, meetingId)
      const rows = await listMinutesVersions(database, meetingId)
      const step = rows.find((row) => row.version === version)?.step ?? 'draft'
      const content = await readMinutesVersion(database, meetingId, version)
      return minutesDocument(content, stateAfter(step))
    },

    async restore(viewer, meetingId, input) {
      const access = await accessTo(database, viewer, meetingId)
      access.demand('minutes:edit')
      const content = await readMinutesVersion(database, meetingId, input.restored)
      const act = actOf(viewer, access)
      const version = await saveMinutes(database, meetingId, input.version, content, act, true)
      changed(access, version)
      return { version }
    },

    async createDraft(viewer, meetingId) {
      const access = await accessTo(database, viewer, meetingId)
      access.demand('minutes:edit')
      if (access.standing.minutesState === null) {
        const record = await findMeetingRecord(database, meetingId, 'minutes')
        if (!record) throw new AppError('not_found', 'no such meeting')
        const { endedAtMs } = record
        if (record.status !== 'ended' || endedAtMs === null) {
          throw new AppError('invalid_state', 'the meeting has not ended', {
            detail: { status: record.status },
          })
        }
        const { lateToleranceMinutes } = (await settings.history()).at(record.startsAtMs)
        const content = draftMinutes({ ...record, endedAtMs }, lateToleranceMinutes * 60_000)
        await insertMinutes(database, meetingId, content, actOf(viewer, access))
        changed(access)
        log.info('minutesDrafted', { meetingId, actorId: access.actorId })
      }
      const row = await findMinutes(database, meetingId)
      if (!row) throw new AppError('not_found', 'the minutes went away')
      return detailOf(row, access)
    },

    async save(viewer, meetingId, input) {
      const access = await accessTo(database, viewer, meetingId)
      access.demand('minutes:edit')
      const { version: replaced, content, isApart } = parseInput(Save, input)
      const act = actOf(viewer, access)
      const version = await saveMinutes(database, meetingId, replaced, storable(content), act, isApart)
      changed(access, version)
      return { version }
    },

    async submit(viewer, meetingId, version) {
      await demandPrintable(viewer, meetingId, 'minutes:edit')
      await advance(viewer, meetingId, version, 'minutes:edit', { to: 'submitted' })
    },

    returnToDraft: (viewer, meetingId, note) =>
      advance(viewer, meetingId, null, 'minutes:approve', {
        to: 'returned',
        note: plainText(note).trim().slice(0, longestNote),
      }),

    async approve(viewer, meetingId, version) {
      await demandPrintable(viewer, meetingId, 'minutes:approve')
      await advance(viewer, meetingId, version, 'minutes:approve', { to: 'approved', byName: viewer.name })
    },

    recall: (viewer, meetingId, version) =>
      advance(viewer, meetingId, version, 'minutes:recall', { to: 'recalled' }),

    number: (viewer, meetingId, { version, docNumber }) =>
      giveNumber(viewer, meetingId, version, docNumber, false),

    async publish(viewer, meetingId, version, docNumber) {
      if (docNumber === undefined)
        return advance(viewer, meetingId, version, 'minutes:publish', { to: 'published' })
      await giveNumber(viewer, meetingId, version, docNumber, true)
    },

    async file(viewer, meetingId, format) {
      const row = await printable(viewer, meetingId)
      const asker = viewer.account?.userId ?? viewer.links[0]?.participantId ?? ''
      const access = await accessTo(database, viewer, meetingId)
      const detail = { format, version: row.version }
      await database.audit.record({
        actorId: access.actorId,
        action: 'minutes.downloaded',
        subject: meetingId,
        detail,
      })
      const bytes = await renderer.render(minutesDocument(row.content, row.state), format, asker)
      const { docNumber, dateMs, subject } = row.content
      const mark = row.state === 'draft' || row.state === 'submitted' ? ' du thao' : ''
      return {
        fileName: safeFileName(`bien-ban${mark} ${docNumber} ${fileDate(dateMs)} ${subject}`, format),
        contentType: contentTypes[format],
        bytes,
      }
    },
  }
}

/** The state in which a version was left by its last step. */
function stateAfter(step: MinutesVersionRow['step']): MinutesRow['state'] {
  if (step === 'returned' || step === 'recalled') return 'draft'
  return step === 'numbered' ? 'approved' : step
}

/** What the viewer may do with the minutes as they are now. */
function possibleActions(row: MinutesRow, access: MeetingAccess): Action[] {
  const possible: Action[] = ['minutes:see']
  if (row.state === 'draft') possible.push('minutes:edit')
  if (row.state === 'submitted') possible.push('minutes:approve', 'minutes:recall')
  if (row.state === 'approved') possible.push('minutes:publish')
  return possible.filter((action) => access.may(action))
}

/** PostgreSQL's JSON holds no NUL and no half of a surrogate pair; the rest of the clean-up is the renderer's. */
function storable(content: MinutesContent): MinutesContent {
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll('\u0000', '').toWellFormed()
    if (Array.isArray(value)) return value.map(clean)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]))
  }
  return MinutesContent.parse(clean(content))
}
