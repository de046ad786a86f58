import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { idText, line, momentMs, parseInput } from '#contract/input.ts'
import { type UnitLevel, unitLevels } from '#contract/meeting.ts'
import { appendAudit } from '#db/audit.ts'
import type { Database } from '#db/client.ts'
import { changesBetween } from '#db/meetingFacts.ts'
import {
  addSite,
  changeSite,
  correctUnit,
  countUnits,
  findSite,
  findUnit,
  searchSites,
  searchUnits,
  type SiteRow,
  type UnitCorrection,
  type UnitRow,
} from '#db/units.ts'
import { brokenUniqueIndex } from '#db/storage.ts'
import { limits } from '#contract/limits.ts'
import { guard, guardAccount, guardHidden, may, type Viewer } from '#office/access.ts'

export type { SiteRow, UnitCorrection, UnitRow }

/** Sites that were looked for, and how many there are of them, whatever is shown. */
export interface FoundSites {
  sites: SiteRow[]
  total: number
}

/** The tree of units and their sites, as pages use them. */
export interface Units {
  /** Search by name, without diacritics, and code; `atMs` chooses the era (default now). At most 200. */
  search(
    viewer: Viewer,
    input: { query?: string; level?: UnitLevel; atMs?: number; limit?: number },
  ): Promise<UnitRow[]>
  /** How many a search would find without its limit. */
  count(viewer: Viewer, input: { query?: string; level?: UnitLevel; atMs?: number }): Promise<number>
  /** Every unit of an era, the city's own first; a level of more than 200 is left out. */
  all(viewer: Viewer, input: { atMs: number }): Promise<UnitRow[]>
  get(
    viewer: Viewer,
    id: string,
  ): Promise<UnitRow & { parent: UnitRow | null; children: UnitRow[]; sites: SiteRow[] }>
  /** Sites, of a unit or matching a query; with `atMs` only of units that exist then. At most 200 of `total`. */
  sites(
    viewer: Viewer,
    input: { unitId?: string; query?: string; atMs?: number; limit?: number },
  ): Promise<FoundSites>
  /** Every site of the units of a day, by unit. */
  allSites(viewer: Viewer, input: { atMs: number }): Promise<SiteRow[]>
  /** site:change of the unit: its secretary, technicians and administrators. */
  createSite(viewer: Viewer, input: { unitId: string; name: string; location: string }): Promise<SiteRow>
  /** sites:administer; `not_found` to all others. As `sites`, of the units whose sites the viewer may change. */
  administeredSites(viewer: Viewer, input: { query?: string }): Promise<FoundSites>
  /** site:change of the unit that has it and of the one that gets it. */
  changeSite(
    viewer: Viewer,
    input: { siteId: string; unitId: string; name: string; location: string },
  ): Promise<void>
  /** system:administer; `not_found` to all others. As `search`. */
  administeredUnits(
    viewer: Viewer,
    input: { query?: string; level?: UnitLevel; atMs?: number },
  ): Promise<UnitRow[]>
  /**
   * Mends what was written wrongly of a unit in its era. A unit that a resolution renamed or moved is a new one from
   * that day on, beside the old one. system:administer. Throws `invalid_state` for a unit whose era is over,
   * `bad_request` with `detail.field` for a parent that is below it or not of its time, `conflict` for a code in use.
   */
  correctUnit(viewer: Viewer, input: UnitCorrection): Promise<void>
}

const limit = z.number().int().min(1).max(200).default(200)
const query = z.string().max(200).optional()
const Search = z.object({ query, level: z.enum(unitLevels).optional(), atMs: momentMs.optional(), limit })
const SiteSearch = z.object({ unitId: idText.optional(), query, atMs: momentMs.optional(), limit })
const Day = z.object({ atMs: momentMs })
const NewSite = z.object({ unitId: idText, name: line(limits.siteName, 1), location: line(limits.place) })
const SiteChange = NewSite.extend({ siteId: idText })
const Correction = z.object({
  unitId: idText,
  kind: line(50, 1),
  name: line(limits.unitName, 1),
  code: z.string().regex(/^[A-Za-z0-9.-]{1,20}$/),
  parentId: idText.nullable(),
})

/** The tree of units and their sites. Every account may read it; holders of a join link may not. */
export function createUnits(options: { database: Database; now?: () => number }): Units {
  const { database } = options
  const now = options.now ?? Date.now
  return {
    async search(viewer, input) {
      guardAccount(viewer)
      const { atMs = now(), ...rest } = parseInput(Search, input)
      return searchUnits(database, { ...rest, atMs })
    },

    async count(viewer, input) {
      guardAccount(viewer)
      const { atMs = now(), query, level } = parseInput(Search, input)
      return countUnits(database, { query, level, atMs })
    },

    async all(viewer, input) {
      guardAccount(viewer)
      const { atMs } = parseInput(Day, input)
      const levels = unitLevels.map((level) => searchUnits(database, { level, atMs, limit: 201 }))
      return (await Promise.all(levels)).filter((units) => units.length <= 200).flat()
    },

    async get(viewer, id) {
      guardAccount(viewer)
      const unit = await findUnit(database, parseInput(idText, id), now())
      if (!unit) throw new AppError('not_found', 'no such unit')
      return unit
    },

    async sites(viewer, input) {
      guardAccount(viewer)
      const { limit: most, ...asked } = parseInput(SiteSearch, input)
      return cut(await searchSites(database, asked), most)
    },

    async allSites(viewer, input) {
      guardAccount(viewer)
      return searchSites(database, parseInput(Day, input))
    },

    async createSite(viewer, input) {
      guardAccount(viewer)
      const site = parseInput(NewSite, input)
      const actorId = guard(viewer, 'site:change', { unitId: site.unitId })
      return database.transact(async (tx) => {
        const added = await addSite(tx, site)
        appendAudit(tx, { actorId, action: 'site.created', subject: added.id, detail: { ...site } }, now())
        return added
      })
    },

    async administeredSites(viewer, input) {
      guardHidden(viewer, 'sites:administer')
      const { limit: most, ...asked } = parseInput(SiteSearch, input)
      const found = await searchSites(database, asked)
      return cut(
        found.filter(({ unitId }) => may(viewer, 'site:change', { unitId })),
        most,
      )
    },

    async changeSite(viewer, input) {
      guardAccount(viewer)
      const { siteId, ...change } = parseInput(SiteChange, input)
      const actorId = guard(viewer, 'site:change', { unitId: change.unitId })
      await database.transact(async (tx) => {
        const before = await findSite(tx, siteId)
        // Of another unit's halls one learns nothing here.
        if (!before || !may(viewer, 'site:change', { unitId: before.unitId }))
          throw new AppError('not_found', 'no such site')
        await changeSite(tx, siteId, change)
        const detail = { unitId: change.unitId, changes: changesBetween(before, change) }
        appendAudit(tx, { actorId, action: 'site.changed', subject: siteId, detail }, now())
      })
    },

    async administeredUnits(viewer, input) {
      guardHidden(viewer, 'system:administer')
      const { atMs = now(), ...rest } = parseInput(Search, input)
      return searchUnits(database, { ...rest, atMs })
    },

    async correctUnit(viewer, input) {
      const actorId = guard(viewer, 'system:administer')
      const change = parseInput(Correction, input)
      try {
        await database.transact(async (tx) => {
          const { unitId, ...after } = change
          const before = await correctUnit(tx, change, now())
          const plain = (of: typeof after) => ({ ...of, parentId: of.parentId ?? '' })
          const detail = { changes: changesBetween(plain(before), plain(after)) }
          const fact = { actorId, action: 'unit.corrected', subject: unitId, detail }
          appendAudit(tx, fact, now())
        })
      } catch (error) {
        if (brokenUniqueIndex(error) !== 'unit_code_valid_from_key') throw error
        const detail = { field: 'code' }
        throw new AppError('conflict', 'a unit of that day has the code', { cause: error, detail })
      }
    },
  }
}

function cut(sites: readonly SiteRow[], most: number): FoundSites {
  return { sites: sites.slice(0, most), total: sites.length }
}
