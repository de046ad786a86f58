import type { GroupChip, SiteGroup } from '#web/unitGroups.ts'
import type { PlanMessages } from './plan.vi.ts'

/** What the sites of a group of units are called together. */
export function siteGroupName(group: SiteGroup, texts: PlanMessages['groups']): string {
  return texts.sites(group.level, group.kind, group.all.length, group.unitCount)
}

/** What sets those that are invited apart from all: who is left out, whose is the centre. */
export function siteGroupDetails(
  { members, except }: Pick<GroupChip<SiteGroup>, 'members' | 'except'>,
  centreId: string | undefined,
  texts: PlanMessages['groups'],
): string[] {
  const centre = members.find(({ id }) => id === centreId)
  const left = except.map(({ name }) => name)
  return [
    ...(left.length > 0 ? [texts.except(left, 'sites')] : []),
    ...(centre ? [texts.centre(centre.name)] : []),
  ]
}

/** Who of the group cannot be called, having no site; nothing when all have one. */
export function lackingSites(group: SiteGroup, texts: PlanMessages['groups']): string[] {
  const { level, kind, lackingCount } = group
  return lackingCount > 0 ? [texts.lacking(level, kind, lackingCount)] : []
}
