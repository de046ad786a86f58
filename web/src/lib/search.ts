import { Formats } from '#web/text/format.ts'
import type { Found } from '#web/ui/found.ts'
import { requestJson } from './requestJson.ts'
import type { MeetingListItem } from '#office/meetings/meetingsHome.ts'
import type { DirectoryEntry } from '#office/people/people.ts'
import type { SiteRow, UnitRow } from '#office/units/units.ts'

/** One line in a picker, with what it stands for. */
export interface Choice<T> {
  id: string
  label: string
  detail: string
  value: T
}

/** @param atMs the day whose units and sites are meant; today's by default */
async function ask<T>(
  kind: string,
  asked: { query: string; signal: AbortSignal; atMs?: number | null | undefined },
  choiceOf: (value: T) => Omit<Choice<T>, 'value'>,
): Promise<Found<Choice<T>>> {
  const { query, signal, atMs } = asked
  const parameters = new URLSearchParams({ q: query, ...(atMs ? { at: String(atMs) } : {}) })
  const { found, total } = await requestJson<Found<T>>(`/api/search/${kind}?${parameters}`, { signal })
  return { found: found.map((value) => ({ ...choiceOf(value), value })), total }
}

/** People of the directory, for a picker. */
export function searchPeople(query: string, signal: AbortSignal): Promise<Found<Choice<DirectoryEntry>>> {
  return ask<DirectoryEntry>('people', { query, signal }, ({ id, name, units, email }) => ({
    id,
    label: name,
    detail:
      units.map((unit) => [unit.position, unit.name].filter(Boolean).join(', ')).join(' · ') || (email ?? ''),
  }))
}

/** Units of today or of another day, for a picker. */
export function searchUnits(
  query: string,
  signal: AbortSignal,
  atMs?: number | null,
): Promise<Found<Choice<UnitRow>>> {
  return ask<UnitRow>('units', { query, signal, atMs }, ({ id, fullName, code }) => ({
    ...{ id, label: fullName, detail: code },
  }))
}

/** All units of today or of another day. */
export function allUnits(signal: AbortSignal, atMs?: number | null): Promise<UnitRow[]> {
  return requestJson<UnitRow[]>(`/api/units${atMs ? `?at=${atMs}` : ''}`, { signal })
}

/** All sites of units of today or of another day. */
export function allSites(signal: AbortSignal, atMs?: number | null): Promise<SiteRow[]> {
  return requestJson<SiteRow[]>(`/api/sites${atMs ? `?at=${atMs}` : ''}`, { signal })
}

/** Sites of units that exist today or on another day, for a picker. */
export function searchSites(
  query: string,
  signal: AbortSignal,
  atMs?: number | null,
): Promise<Found<Choice<SiteRow>>> {
  return ask<SiteRow>('sites', { query, signal, atMs }, ({ id, name, unitName, location }) => ({
    ...{ id, label: name, detail: [unitName, location].filter(Boolean).join(' · ') },
  }))
}

/** Meetings that the viewer may see, for the command palette. */
export function searchMeetings(
  query: string,
  signal: AbortSignal,
  format: Formats,
): Promise<Found<Choice<MeetingListItem>>> {
  return ask<MeetingListItem>('meetings', { query, signal }, ({ id, title, startsAtMs, hostUnitName }) => ({
    ...{ id, label: title, detail: `${format.moment(startsAtMs)} · ${hostUnitName}` },
  }))
}
