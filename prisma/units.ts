import { AppError } from '#contract/errors.ts'
import { toDateInput } from '#contract/cityTime.ts'
import { unitLevels, type UnitLevel } from '#contract/meeting.ts'
import { compareVietnamese, searchText } from '#contract/vietnamese.ts'
import type { Database, PrismaTx } from './client.ts'

/** A unit as pages show it; days are the epoch milliseconds of their start in UTC. */
export interface UnitRow {
  id: string
  code: string
  name: string
  fullName: string
  level: UnitLevel
  kind: string
  parentId: string | null
  validFromMs: number
  validToMs: number | null
}

/** A room with people in it (điểm cầu). */
export interface SiteRow {
  id: string
  name: string
  unitId: string
  unitName: string
  location: string
}

/** Kind and name as people say them: "Phường Hoàn Kiếm", "Sở Nội vụ". */
export function fullUnitName(unit: { kind: string; name: string }): string {
  const text = `${unit.kind} ${unit.name}`.trim()
  return text.slice(0, 1).toLocaleUpperCase('vi') + text.slice(1)
}

/** A row of the table in our words. */
export function unitOf(row: {
  id: string
  code: string
  name: string
  level: string
  kind: string
  parentId: string | null
  validFrom: Date
  validTo: Date | null
}): UnitRow {
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    fullName: fullUnitName(row),
    level: unitLevels.find((known) => known === row.level) ?? 'commune',
    kind: row.kind,
    parentId: row.parentId,
    validFromMs: row.validFrom.getTime(),
    validToMs: row.validTo?.getTime() ?? null,
  }
}

/** A row read with its unit, in our words. */
export function siteOf(row: {
  id: string
  name: string
  location: string
  unitId: string
  unit: { kind: string; name: string }
}): SiteRow {
  const { id, name, location, unitId, unit } = row
  return { id, name, location, unitId, unitName: fullUnitName(unit) }
}

/** Units that exist at a moment: on its day in the city. */
export function validAt(atMs: number) {
  const day = new Date(toDateInput(atMs))
  return { validFrom: { lte: day }, OR: [{ validTo: null }, { validTo: { gt: day } }] }
}

/** Every word has to occur, in any order, without regard to diacritics. */
export function allWords(query: string | undefined): { nameSearch: { contains: string } }[] {
  const words = searchText(query ?? '').split(' ')
  return words.filter((word) => word !== '').map((word) => ({ nameSearch: { contains: word } }))
}

/** Every word has to occur in the name or be in the code. */
function unitsWhere(input: { query?: string; level?: UnitLevel; atMs: number }) {
  const words = allWords(input.query).map((inName) => {
    const word = inName.nameSearch.contains
    return { OR: [inName, { code: { contains: word, mode: 'insensitive' as const } }] }
  })
  return { AND: [validAt(input.atMs), ...words], ...(input.level ? { level: input.level } : {}) }
}

/** How many units match, whatever a list shows of them. */
export function countUnits(
  database: Database,
  input: { query?: string; level?: UnitLevel; atMs: number },
): Promise<number> {
  return database.prisma.unit.count({ where: unitsWhere(input) })
}

/** The units of an era that match, in Vietnamese order; the city's own before districts before communes. */
export async function searchUnits(
  database: Database,
  input: { query?: string; level?: UnitLevel; atMs: number; limit: number },
): Promise<UnitRow[]> {
  const rows = await database.prisma.unit.findMany({
    where: unitsWhere(input),
    orderBy: { nameSearch: 'asc' },
    take: 1000,
  })
  return rows
    .map(unitOf)
    .sort(
      (a, b) =>
        unitLevels.indexOf(a.level) - unitLevels.indexOf(b.level) ||
        Number(a.parentId !== null) - Number(b.parentId !== null) ||
        compareVietnamese(a.name, b.name),
    )
    .slice(0, input.limit)
}

/** A unit with its neighbours in the tree (children of today's era) and its sites; null when there is none. */
export async function findUnit(
  database: Database,
  id: string,
  atMs: number,
): Promise<(UnitRow & { parent: UnitRow | null; children: UnitRow[]; sites: SiteRow[] }) | null> {
  const row = await database.prisma.unit.findUnique({
    where: { id },
    include: { parent: true, children: { where: validAt(atMs) }, sites: { include: { unit: true } } },
  })
  if (!row) return null
  return {
    ...unitOf(row),
    parent: row.parent && unitOf(row.parent),
    children: row.children.map(unitOf).sort((a, b) => compareVietnamese(a.name, b.name)),
    sites: row.sites.map(siteOf).sort((a, b) => compareVietnamese(a.name, b.name)),
  }
}

/** Sites of a unit, of units that exist at a moment, or those whose name or unit matches. */
export async function searchSites(
  database: Database,
  input: { unitId?: string; query?: string; atMs?: number },
): Promise<SiteRow[]> {
  const rows = await database.prisma.site.findMany({
    where: {
      ...(input.unitId === undefined ? {} : { unitId: input.unitId }),
      ...(input.atMs === undefined ? {} : { unit: validAt(input.atMs) }),
    },
    include: { unit: true },
    take: 5000,
  })
  const words = searchText(input.query ?? '').split(' ')
  return rows
    .map(siteOf)
    .filter((site) => {
      const text = searchText(`${site.name} ${site.unitName} ${site.location}`)
      return words.every((word) => text.includes(word))
    })
    .sort((a, b) => compareVietnamese(a.unitName, b.unitName) || compareVietnamese(a.name, b.name))
}

/** Those of these sites that are of one of these units. */
export async function sitesAmong(
  tx: PrismaTx,
  siteIds: readonly string[],
  unitIds: readonly string[],
): Promise<string[]> {
  const where = { id: { in: [...siteIds] }, unitId: { in: [...unitIds] } }
  const rows = await tx.site.findMany({ where, orderBy: { id: 'asc' }, select: { id: true } })
  return rows.map((row) => row.id)
}

/** Adds a site to a unit. @throws AppError not_found when there is no such unit */
export async function addSite(
  tx: PrismaTx,
  site: { unitId: string; name: string; location: string; isSample?: boolean },
): Promise<SiteRow> {
  const unit = await tx.unit.findUnique({ where: { id: site.unitId } })
  if (!unit) throw new AppError('not_found', 'no such unit')
  const row = await tx.site.create({ data: site })
  return siteOf({ ...row, unit })
}

/** A site as it is kept; null when there is none. */
export async function findSite(
  tx: PrismaTx,
  id: string,
): Promise<{ unitId: string; name: string; location: string } | null> {
  return tx.site.findUnique({ where: { id }, select: { unitId: true, name: true, location: true } })
}

/** Corrects a site, or hands it to another unit. @throws AppError not_found when there is no such unit */
export async function changeSite(
  tx: PrismaTx,
  id: string,
  change: { unitId: string; name: string; location: string },
): Promise<void> {
  const unit = await tx.unit.findUnique({ where: { id: change.unitId }, select: { id: true } })
  if (!unit) throw new AppError('not_found', 'no such unit')
  await tx.site.update({ where: { id }, data: change })
}

/** What is right about a unit whose row said something else. */
export interface UnitCorrection {
  unitId: string
  kind: string
  name: string
  code: string
  parentId: string | null
}

/**
 * Corrects a unit within its era. @returns what its row said before
 * @throws AppError not_found; invalid_state when its era is over; bad_request with `detail.field` parentId when that is
 * the unit itself, below it, or of another time
 */
export async function correctUnit(
  tx: PrismaTx,
  { unitId, ...wanted }: UnitCorrection,
  nowMs: number,
): Promise<Omit<UnitCorrection, 'unitId'>> {
  const unit = await tx.unit.findUnique({ where: { id: unitId } })
  if (!unit) throw new AppError('not_found', 'no such unit')
  if (unit.validTo !== null && unit.validTo.getTime() <= nowMs)
    throw new AppError('invalid_state', 'a unit of the past')
  if (wanted.parentId !== null && wanted.parentId !== unit.parentId) {
    const parent = await tx.unit.findUnique({ where: { id: wanted.parentId } })
    const isOfItsTime = parent && (parent.validTo === null || parent.validTo > unit.validFrom)
    const isBelow = (await unitsWithin(tx, [unitId])).includes(wanted.parentId)
    if (!isOfItsTime || isBelow) {
      const detail = { field: 'parentId' }
      throw new AppError('bad_request', 'no parent for this unit', { detail })
    }
  }
  await tx.unit.update({
    where: { id: unitId },
    data: { ...wanted, nameSearch: searchText(fullUnitName(wanted)) },
  })
  const { kind, name, code, parentId } = unit
  return { kind, name, code, parentId }
}

/** Units with all that are below them in the tree, of whatever era. */
export async function unitsWithin(tx: PrismaTx, unitIds: readonly string[]): Promise<string[]> {
  if (unitIds.length === 0) return []
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE within AS (
      SELECT id FROM unit WHERE id = ANY(${[...unitIds]})
      UNION SELECT unit.id FROM unit JOIN within ON unit.parent_id = within.id
    ) SELECT id FROM within`
  return rows.map((row) => row.id)
}

/**
 * Units with all that are below them, and of the body that they belong to those of a lower level: the office of a city
 * has its communes beside it in the tree, and calls them.
 */
export async function unitsCalled(tx: PrismaTx, unitIds: readonly string[]): Promise<string[]> {
  const own = await tx.unit.findMany({ where: { id: { in: [...unitIds] } } })
  const called = new Set(await unitsWithin(tx, unitIds))
  for (const { level, parentId } of own) {
    const lower = unitLevels.slice(unitLevels.findIndex((one) => one === level) + 1)
    if (parentId === null || lower.length === 0) continue
    const where = { id: { in: await unitsWithin(tx, [parentId]) }, level: { in: [...lower] } }
    for (const { id } of await tx.unit.findMany({ where, select: { id: true } })) called.add(id)
  }
  return [...called]
}
