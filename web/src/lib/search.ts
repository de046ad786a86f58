import { Formats } from '#web/text/format.ts'
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
function ask<T>(kind: string, query: string, signal: AbortSignal, atMs?: number | null): Promise<T> {
  const asked = new URLSearchParams({ q: query, ...(atMs ? { at: String(atMs) } : {}) })
  return requestJson<T>(`/api/search/${kind}?${asked}`, { signal })
}

/** People of the directory, for a picker. */
export async function searchPeople(query: string, signal: AbortSignal): Promise<Choice<DirectoryEntry>[]> {
  const people = await ask<DirectoryEntry[]>('people', query, signal)
  return people.map((value) => ({
    id: value.id,
    label: value.name,
    detail:
      value.units.map((unit) => [unit.position, unit.name].filter(Boolean).join(', ')).join(' · ') ||
      (value.email ?? ''),
    value,
  }))
}

/** Units of today or of another day, for a picker. */
export async function searchUnits(
  query: string,
  signal: AbortSignal,
  atMs?: number | null,
): Promise<Choice<UnitRow>[]> {
  const units = await ask<UnitRow[]>('units', query, signal, atMs)
  return units.map((value) => ({ id: value.id, label: value.fullName, detail: value.code, value }))
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
export async function searchSites(
  query: string,
  signal: AbortSignal,
  atMs?: number | null,
): Promise<Choice<SiteRow>[]> {
  const sites = await ask<SiteRow[]>('sites', query, signal, atMs)
  return sites.map((value) => ({
    id: value.id,
    label: value.name,
    detail: [value.unitName, value.location].filter(Boolean).join(' · '),
    value,
  }))
}

/** Meetings that the viewer may see, for the command palette. */
export async function searchMeetings(
  query: string,
  signal: AbortSignal,
  format: Formats,
): Promise<Choice<MeetingListItem>[]> {
  const meetings = await ask<MeetingListItem[]>('meetings', query, signal)
  return meetings.map((value) => ({
    id: value.id,
    label: value.title,
    detail: `${format.moment(value.startsAtMs)} · ${value.hostUnitName}`,
    value,
  }))
}
