import type { MeetingDetail } from '#office/meetings/meetings.ts'
import type { Viewer } from '#office/access.ts'
import {
  groupsOf,
  type Grouped,
  inGroups,
  type ListedUnit,
  siteGroupsOf,
  type SiteGroup,
} from '#web/unitGroups.ts'
import { services } from './services.ts'

/** A meeting's units and sites, whole groups of them as one. */
export interface MeetingPlaces {
  units: Grouped<ListedUnit>
  sites: Grouped<MeetingDetail['sites'][number], SiteGroup>
}

/** Groups are told to accounts, which may read the tree of units. */
export async function meetingPlaces(viewer: Viewer, meeting: MeetingDetail): Promise<MeetingPlaces> {
  const named = meeting.units.map((unit) => ({ id: unit.id, name: unit.fullName }))
  const atMs = meeting.startsAtMs
  const { units } = services()
  const isMany = named.length > 1 || meeting.sites.length > 1
  const groups = isMany && viewer.account ? groupsOf(await units.all(viewer, { atMs })) : []
  const siteGroups =
    meeting.sites.length > 1 && groups.length > 0
      ? siteGroupsOf(groups, await units.allSites(viewer, { atMs }))
      : []
  return { units: inGroups(named, groups), sites: inGroups(meeting.sites, siteGroups) }
}
