import { z } from 'zod'
import { idText, parseInput } from '#contract/input.ts'
import { type QuotaState, quotaStateOf } from '#contract/recordingQuota.ts'
import { allows } from '#contract/permissions.ts'
import type { Database } from '#db/client.ts'
import { type DueRecording, dueRecordings, retentionRule, warningMs } from '#db/recordingRetention.ts'
import { standingIn } from '#db/standing.ts'
import {
  bytesInUse,
  type MeetingUse,
  meetingUses,
  recordingQuotaGb,
  setUnitQuota,
  type UnfinishedUse,
  unfinishedUses,
  type UnitUse,
  unitUses,
} from '#db/storageUse.ts'
import { maySee } from '#contract/standing.ts'
import type { RecordingStorage } from '#recorder/storage.ts'
import { guard, guardAccount, guardHidden, may, type Viewer } from '#office/access.ts'

const pageSize = 20
const Query = z.object({
  query: z.string().max(200).default(''),
  page: z.number().int().min(1).max(5000).default(1),
})

const UnitQuota = z.object({ unitId: idText, quotaGb: z.number().int().min(0).max(900_000) })

/** How recordings stand to the quota of the platform. */
export interface QuotaUse {
  quotaGb: number
  usedBytes: number
  state: QuotaState
}

/** What takes room, as who administers sees it. */
export interface StorageReport {
  /** Of the whole platform; null for who administers units alone. */
  platform: (QuotaUse & { freeBytes: number; totalBytes: number; databaseBytes: number }) | null
  /** The biggest 20; none beside a search or a later page. */
  units: UnitUse[]
  /** The rule that deletes recordings; null while they are kept for ever. */
  rule: { days: number; source: string } | null
  /** What it deletes within 30 days, the first first; at most 100, none beside a search or a later page. */
  due: (DueRecording & { mayDelete: boolean })[]
  /** What holds captured data that was not composed; the biggest 20, as above. */
  unfinished: (UnfinishedUse & { mayDelete: boolean })[]
  meetings: (MeetingUse & { mayOpen: boolean })[]
  hasMore: boolean
}

/** What recordings and the database take, and how near the quota is. */
export function createStorageUse(options: {
  database: Database
  storage: RecordingStorage
  now?: () => number
}) {
  const { database, storage } = options
  const now = options.now ?? Date.now

  /** The units whose storage the viewer sees; null for all. */
  const administeredBy = (viewer: Viewer): string[] | null => {
    if (may(viewer, 'system:administer')) return null
    const held = viewer.account?.unitRoles.filter(({ role }) => role === 'unit_admin') ?? []
    return held.map(({ unitId }) => unitId)
  }

  const quotaUse = async (): Promise<QuotaUse & { databaseBytes: number }> => {
    const [quotaGb, used] = await Promise.all([recordingQuotaGb(database, now()), bytesInUse(database)])
    const { recordingBytes: usedBytes, databaseBytes } = used
    return { quotaGb, usedBytes, databaseBytes, state: quotaStateOf(usedBytes, quotaGb) }
  }

  return {
    /** The biggest first, 20 a page. people:administer, of the whole or of some units: `not_found` to others. */
    async report(viewer: Viewer, input: z.input<typeof Query>): Promise<StorageReport> {
      guardHidden(viewer, 'people:administer')
      const { query, page } = parseInput(Query, input)
      const isWhole = may(viewer, 'system:administer')
      const unitIds = administeredBy(viewer)
      const place = { offset: (page - 1) * pageSize, limit: pageSize + 1 }
      const isFirst = query === '' && page === 1
      const atMs = now()
      const rule = await retentionRule(database, atMs)
      const [platform, disk, units, found, due, unfinished] = await Promise.all([
        isWhole ? quotaUse() : null,
        isWhole ? storage.disk() : null,
        isFirst ? unitUses(database, { unitIds, limit: pageSize }) : [],
        meetingUses(database, { unitIds, query, ...place }),
        isFirst && rule
          ? dueRecordings(database, rule, { untilMs: atMs + warningMs, unitIds, limit: 100 })
          : [],
        isFirst ? unfinishedUses(database, unitIds, pageSize) : [],
      ])
      const withRight = <T extends { meetingId: string }>(uses: readonly T[]) =>
        Promise.all(
          uses.map(async (use) => {
            const standing = await standingIn(database, viewer, use.meetingId)
            const mayDelete = standing && allows(standing.actor, 'recording:delete', standing.subject)
            return { ...use, mayDelete: mayDelete === true }
          }),
        )
      const meetings = await Promise.all(
        found.slice(0, pageSize).map(async (meeting) => {
          const standing = await standingIn(database, viewer, meeting.meetingId)
          return { ...meeting, mayOpen: standing !== null && maySee(standing) }
        }),
      )
      return {
        platform: platform && disk && { ...platform, ...disk },
        units,
        rule: rule && { days: rule.days, source: rule.source },
        due: await withRight(due),
        unfinished: await withRight(unfinished),
        meetings,
        hasMore: found.length > pageSize,
      }
    },

    /** What the recordings of a unit's meetings may take; 0 for no bound of its own. system:administer. */
    async setUnitQuota(viewer: Viewer, input: z.input<typeof UnitQuota>): Promise<void> {
      const actorId = guard(viewer, 'system:administer')
      const { unitId, quotaGb } = parseInput(UnitQuota, input)
      await setUnitQuota(database, unitId, quotaGb, { actorId, atMs: now() })
    },

    /** Of the units that the viewer administers those near or at a quota of their own, the biggest first; none to others. */
    async unitWarnings(viewer: Viewer): Promise<UnitUse[]> {
      guardAccount(viewer)
      if (!may(viewer, 'people:administer')) return []
      const of = { unitIds: administeredBy(viewer), areBounded: true, limit: 5000 }
      const units = await unitUses(database, of)
      return units.filter(({ state }) => state === 'near' || state === 'full')
    },

    /** What administrators are warned of; null for all others, and while there is room. */
    async warning(viewer: Viewer): Promise<QuotaUse | null> {
      guardAccount(viewer)
      if (!may(viewer, 'system:administer')) return null
      const { quotaGb, usedBytes, state } = await quotaUse()
      return state === 'near' || state === 'full' ? { quotaGb, usedBytes, state } : null
    },
  }
}
