import { z } from 'zod'
import { parseInput } from '#contract/input.ts'
import { type QuotaState, quotaStateOf } from '#contract/recordingQuota.ts'
import type { Database } from '#db/client.ts'
import { standingIn } from '#db/standing.ts'
import {
  bytesInUse,
  type MeetingUse,
  meetingUses,
  recordingQuotaGb,
  type UnitUse,
  unitUses,
} from '#db/storageUse.ts'
import { maySee } from '#contract/standing.ts'
import type { RecordingStorage } from '#recorder/storage.ts'
import { guardAccount, guardHidden, may, type Viewer } from '#office/access.ts'

const pageSize = 20
const Query = z.object({
  query: z.string().max(200).default(''),
  page: z.number().int().min(1).max(5000).default(1),
})

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
      const held = viewer.account?.unitRoles.filter(({ role }) => role === 'unit_admin') ?? []
      const unitIds = isWhole ? null : held.map(({ unitId }) => unitId)
      const place = { offset: (page - 1) * pageSize, limit: pageSize + 1 }
      const [platform, disk, units, found] = await Promise.all([
        isWhole ? quotaUse() : null,
        isWhole ? storage.disk() : null,
        query === '' && page === 1 ? unitUses(database, unitIds, pageSize) : [],
        meetingUses(database, { unitIds, query, ...place }),
      ])
      const meetings = await Promise.all(
        found.slice(0, pageSize).map(async (meeting) => {
          const standing = await standingIn(database, viewer, meeting.meetingId)
          return { ...meeting, mayOpen: standing !== null && maySee(standing) }
        }),
      )
      return {
        platform: platform && disk && { ...platform, ...disk },
        units,
        meetings,
        hasMore: found.length > pageSize,
      }
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
