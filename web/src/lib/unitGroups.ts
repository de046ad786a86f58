import type { UnitLevel } from '#contract/meeting.ts'

/** A unit as a list of invited ones has it. */
export interface ListedUnit {
  id: string
  name: string
}

/** A site as a group has it: known by its unit, and by its own name where that has several. */
export interface ListedSite extends ListedUnit {
  siteName: string
  unitName: string
}

/** All units of a level, or of one kind in it (51 phường, 75 xã), on a day; or all sites of these. */
export interface UnitGroup<T extends ListedUnit = ListedUnit> {
  /** `commune`, or `commune phường`. */
  key: string
  level: UnitLevel
  /** Null for a whole level. */
  kind: string | null
  all: readonly T[]
}

/** The sites of a group of units. */
export interface SiteGroup extends UnitGroup<ListedSite> {
  /** How many of the units have a site. */
  unitCount: number
  /** How many have none. */
  lackingCount: number
}

/** A group of which most are invited: who is, and who is not. */
export interface GroupChip<G extends UnitGroup = UnitGroup> {
  group: G
  members: G['all'][number][]
  except: G['all'][number][]
}

/** A list as few chips, and what is in none of them. */
export interface Grouped<C, G extends UnitGroup = UnitGroup> {
  chips: GroupChip<G>[]
  singles: C[]
}

const leastInGroup = 5

/** The groups that units make: each level but the city itself, and each kind of a level that has several. */
export function groupsOf(
  units: readonly { id: string; fullName: string; level: UnitLevel; kind: string; parentId: string | null }[],
): UnitGroup[] {
  const below = units.filter((unit) => unit.parentId !== null)
  const make = (level: UnitLevel, kind: string | null): UnitGroup => {
    const of = below.filter((unit) => unit.level === level && (kind === null || unit.kind === kind))
    const key = kind === null ? level : `${level} ${kind}`
    return { key, level, kind, all: of.map(({ id, fullName }) => ({ id, name: fullName })) }
  }
  return (['city', 'district', 'commune'] as const)
    .flatMap((level) => {
      const kinds = [...new Set(below.filter((unit) => unit.level === level).map((unit) => unit.kind))]
      const parts = level === 'city' || kinds.length < 2 ? [] : kinds.map((kind) => make(level, kind))
      return [make(level, null), ...parts]
    })
    .filter(({ all }) => all.length >= leastInGroup)
}

/** The sites of each group of units, in the order of the units; groups with few sites are left out. */
export function siteGroupsOf(
  groups: readonly UnitGroup[],
  sites: readonly { id: string; name: string; unitId: string; unitName: string }[],
): SiteGroup[] {
  const ofUnit = new Map<string, typeof sites>()
  for (const site of sites) ofUnit.set(site.unitId, [...(ofUnit.get(site.unitId) ?? []), site])
  const listed = ({ id }: ListedUnit): ListedSite[] => {
    const own = ofUnit.get(id) ?? []
    return own.map((site) => ({
      id: site.id,
      name: own.length === 1 ? site.unitName : `${site.unitName}, ${site.name}`,
      siteName: site.name,
      unitName: site.unitName,
    }))
  }
  return groups
    .map(({ all: units, ...group }) => {
      const unitCount = units.filter(({ id }) => ofUnit.has(id)).length
      return { ...group, all: units.flatMap(listed), unitCount, lackingCount: units.length - unitCount }
    })
    .filter(({ all }) => all.length >= leastInGroup)
}

/**
 * A list of units, or of sites, as few chips: a group stands for its members where that says it in fewer words than
 * naming them. A whole level or its kinds, whichever is shorter.
 * @param held keys of groups that somebody has just chosen, which stay as long as they have one member
 */
export function inGroups<C extends { id: string }, G extends UnitGroup>(
  chosen: readonly C[],
  groups: readonly G[],
  held: readonly string[] = [],
): Grouped<C, G> {
  const ids = new Set(chosen.map(({ id }) => id))
  const chips: GroupChip<G>[] = []
  for (const level of new Set(groups.map((group) => group.level))) {
    const all = groups.filter((group) => group.level === level).map(chipOf)
    const ways = [
      all.filter(({ group }) => group.kind === null),
      all.filter(({ group }) => group.kind !== null),
    ]
    const isHeld = (way: GroupChip<G>[]): boolean => way.some(({ group }) => held.includes(group.key))
    const cost = (way: GroupChip<G>[]): number =>
      isHeld(way) ? -1 : way.reduce((sum, chip) => sum + words(chip), 0)
    const best = ways.filter((way) => way.length > 0).toSorted((a, b) => cost(a) - cost(b))[0] ?? []
    chips.push(...best.filter((chip) => chip.members.length > 0 && isGroup(chip)))
  }
  const inChips = new Set(chips.flatMap(({ members }) => members.map(({ id }) => id)))
  return { chips, singles: chosen.filter(({ id }) => !inChips.has(id)) }

  function chipOf(group: G): GroupChip<G> {
    return {
      group,
      members: group.all.filter(({ id }) => ids.has(id)),
      except: group.all.filter(({ id }) => !ids.has(id)),
    }
  }

  function isGroup({ group, members, except }: GroupChip<G>): boolean {
    return held.includes(group.key) || (members.length >= leastInGroup && except.length + 1 < members.length)
  }

  function words(chip: GroupChip<G>): number {
    return isGroup(chip) ? 1 + chip.except.length : chip.members.length
  }
}
