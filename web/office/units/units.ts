import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { idText, line, momentMs, parseInput } from '#contract/input.ts'
import { type UnitLevel, unitLevels } from '#contract/meeting.ts'
import { appendAudit } from '#db/audit.ts'
import type { Database } from '#db/client.ts'
import { addSite, findUnit, searchSites, searchUnits, type SiteRow, type UnitRow } from '#db/units.ts'
import { limits } from '#contract/limits.ts'
import { guard, guardAccount, may, type Viewer } from '#office/access.ts'

export type { SiteRow, UnitRow }

/** The tree of units and their sites, as pages use them. */
export interface Units {
  /** Diacritics-free search; `atMs` chooses the era (default now). At most 200. */
  search(
    viewer: Viewer,
    input: { query?: string; level?: UnitLevel; atMs?: number; limit?: number },
  ): Promise<UnitRow[]>
  get(
    viewer: Viewer,
    id: string,
  ): Promise<UnitRow & { parent: UnitRow | null; children: UnitRow[]; sites: SiteRow[] }>
  /** Sites, of a unit or matching a query. */
  sites(viewer: Viewer, input: { unitId?: string; query?: string }): Promise<SiteRow[]>
  createSite(viewer: Viewer, input: { unitId: string; name: string; location: string }): Promise<SiteRow>
}

const limit = z.number().int().min(1).max(200).default(200)
const query = z.string().max(200).optional()
const Search = z.object({ query, level: z.enum(unitLevels).optional(), atMs: momentMs.optional(), limit })
const SiteSearch = z.object({ unitId: idText.optional(), query })
const NewSite = z.object({ unitId: idText, name: line(limits.siteName, 1), location: line(limits.place) })

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

    async get(viewer, id) {
      guardAccount(viewer)
      const unit = await findUnit(database, parseInput(idText, id), now())
      if (!unit) throw new AppError('not_found', 'no such unit')
      return unit
    },

    async sites(viewer, input) {
      guardAccount(viewer)
      return searchSites(database, { ...parseInput(SiteSearch, input), limit: 200 })
    },

    async createSite(viewer, input) {
      const actorId = guardAccount(viewer)
      const site = parseInput(NewSite, input)
      // The unit's own secretary, as for its meetings; or the administrator.
      if (!may(viewer, 'system:administer')) guard(viewer, 'meeting:create', { unitId: site.unitId })
      return database.transact(async (tx) => {
        const added = await addSite(tx, site)
        appendAudit(tx, { actorId, action: 'site.created', subject: added.id, detail: { ...site } }, now())
        return added
      })
    },
  }
}
