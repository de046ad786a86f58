import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { searchText } from '#contract/vietnamese.ts'
import type { UnitLevel } from '#contract/meeting.ts'
import type { Database } from './client.ts'
import { fullUnitName } from './units.ts'

/** The root of the tree. Its code is the city's number in the list of provinces. */
const cityUnit = {
  code: '01',
  kind: 'ủy ban nhân dân',
  name: 'Thành phố Hà Nội',
  validFrom: '2008-08-01',
}

/** The stable id of a unit that the platform brings with it. */
function seededUnitId(code: string, validFrom: string): string {
  return `unit-${code.toLowerCase()}-${validFrom.replaceAll('-', '')}`
}

interface SeedRow {
  code: string
  kind: string
  name: string
  validFrom: string
  validTo: string
}

const files: { file: string; level: UnitLevel }[] = [
  { file: 'departments.csv', level: 'city' },
  { file: 'districts.csv', level: 'district' },
  { file: 'communes.csv', level: 'commune' },
]

/**
 * Brings in the city's units of both eras (see seed/README.md). Runs at every start: adds what is missing, changes
 * nothing that is there.
 * @returns how many were added
 * @throws AppError storage_unavailable
 */
export async function seedUnits(database: Database): Promise<number> {
  const parentId = seededUnitId(cityUnit.code, cityUnit.validFrom)
  const rows = [unitRow({ ...cityUnit, validTo: '' }, 'city', null)]
  for (const { file, level } of files) {
    const text = await readFile(path.join(import.meta.dirname, 'seed', file), 'utf8')
    rows.push(...parseRows(text, file).map((row) => unitRow(row, level, parentId)))
  }
  const { count } = await database.prisma.unit.createMany({ data: rows, skipDuplicates: true })
  return count
}

function unitRow(row: SeedRow, level: UnitLevel, parentId: string | null) {
  return {
    id: seededUnitId(row.code, row.validFrom),
    code: row.code,
    name: row.name,
    nameSearch: searchText(fullUnitName(row)),
    level,
    kind: row.kind,
    parentId,
    validFrom: new Date(row.validFrom),
    validTo: row.validTo ? new Date(row.validTo) : null,
  }
}

function parseRows(text: string, file: string): SeedRow[] {
  const [, ...lines] = text.trim().split('\n')
  return lines.map((line) => {
    const [code, kind, name, validFrom, validTo] = line.trim().split(',')
    if (!code || !kind || !name || !validFrom || validTo === undefined) {
      throw new Error(`prisma/seed/${file}: cannot read "${line}"`)
    }
    return { code, kind, name, validFrom, validTo }
  })
}
