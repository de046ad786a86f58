import type { UnitLevel } from '#contract/meeting.ts'

/** A unit as a list of invited ones has it. */
export interface ListedUnit {
  id: string
  name: string
}

/** All units of a level, or of one kind in it (51 phường, 75 xã), on a day. */
export interface UnitGroup {
  /** `commune`, or `commune phường`. */
  key: string
  level: UnitLevel
  /** Null for a whole level. */
  kind: string | null
  units: readonly ListedUnit[]
}

/** A group of which most are invited: who is, and who is not. */
export interface GroupChip {
  group: UnitGroup
  members: ListedUnit[]
  except: ListedUnit[]
}

const leastInGroup = 5

/** The groups that units make: each level but the city itself, and each kind of a level that has several. */
export function groupsOf(
  units: readonly { id: string; fullName: string; level: UnitLevel; kind: string; parentId: string | null }[],
): UnitGroup[] {
  const all = units.filter((unit) => unit.parentId !== null)
  const make = (level: UnitLevel, kind: string | null): UnitGroup => {
    const of = all.filter((unit) => unit.level === level && (kind === null || unit.kind === kind))
    const key = kind === null ? level : `${level} ${kind}`
    return { key, level, kind, units: of.map(({ id, fullName }) => ({ id, name: fullName })) }
  }
  return (['city', 'district', 'commune'] as const)
    .flatMap((level) => {
      const kinds = [...new Set(all.filter((unit) => unit.level === level).map((unit) => unit.kind))]
      const parts = level === 'city' || kinds.length < 2 ? [] : kinds.map((kind) => make(level, kind))
      return [make(level, null), ...parts]
    })
    .filter(({ units: of }) => of.length >= leastInGroup)
}

/**
 * A list of units as few chips: a group stands for its members where that says it in fewer words than naming them. A
 * whole level or its kinds, whichever is shorter.
 * @param held keys of groups that somebody has just chosen, which stay as long as they have one member
 */
export function inGroups(
  chosen: readonly ListedUnit[],
  groups: readonly UnitGroup[],
  held: readonly string[] = [],
): { chips: GroupChip[]; singles: ListedUnit[] } {
  const ids = new Set(chosen.map((unit) => unit.id))
  const chips: GroupChip[] = []
  for (const level of new Set(groups.map((group) => group.level))) {
    const all = groups.filter((group) => group.level === level).map(chipOf)
    const ways = [
      all.filter(({ group }) => group.kind === null),
      all.filter(({ group }) => group.kind !== null),
    ]
    const isHeld = (way: GroupChip[]): boolean => way.some(({ group }) => held.includes(group.key))
    const cost = (way: GroupChip[]): number =>
      isHeld(way) ? -1 : way.reduce((sum, chip) => sum + words(chip), 0)
    const best = ways.filter((way) => way.length > 0).toSorted((a, b) => cost(a) - cost(b))[0] ?? []
    chips.push(...best.filter((chip) => chip.members.length > 0 && isGroup(chip)))
  }
  const inChips = new Set(chips.flatMap(({ members }) => members.map((unit) => unit.id)))
  return { chips, singles: chosen.filter((unit) => !inChips.has(unit.id)) }

  function chipOf(group: UnitGroup): GroupChip {
    return {
      group,
      members: group.units.filter((unit) => ids.has(unit.id)),
      except: group.units.filter((unit) => !ids.has(unit.id)),
    }
  }

  function isGroup({ group, members, except }: GroupChip): boolean {
    return held.includes(group.key) || (members.length >= leastInGroup && except.length + 1 < members.length)
  }

  function words(chip: GroupChip): number {
    return isGroup(chip) ? 1 + chip.except.length : chip.members.length
  }
}
