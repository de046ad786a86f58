import { allSites, allUnits } from '#web/search.ts'
import { groupsOf, siteGroupsOf, type SiteGroup, type UnitGroup } from '#web/unitGroups.ts'
import type { SiteRow } from '#office/units/units.ts'

/** What there is to choose whole groups of: the units of a day and their sites. */
export class GroupPlaces {
  #units = $state.raw<UnitGroup[]>([])
  #sites = $state.raw<SiteRow[]>([])
  readonly #siteGroups = $derived(siteGroupsOf(this.#units, this.#sites))

  get units(): readonly UnitGroup[] {
    return this.#units
  }

  get sites(): readonly SiteRow[] {
    return this.#sites
  }

  get siteGroups(): readonly SiteGroup[] {
    return this.#siteGroups
  }

  /** Reads them for a day; what was there stays until then. @returns what stops it */
  read(atMs: number | null): () => void {
    const asking = new AbortController()
    const { signal } = asking
    const warn = (cause: unknown): void => {
      if (!signal.aborted) console.warn('groupsNotRead', cause)
    }
    void allUnits(signal, atMs).then((units) => (this.#units = groupsOf(units)), warn)
    void allSites(signal, atMs).then((sites) => (this.#sites = sites), warn)
    return () => asking.abort()
  }
}
