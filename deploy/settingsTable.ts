import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { settings } from './config.ts'

const readme = join(import.meta.dirname, '../README.md')
const begin = '<!-- configuration: begin (made from deploy/config.ts by deploy/settingsTable.ts) -->'
const end = '<!-- configuration: end -->'

/** The settings as README's table. */
export function settingsTable(): string {
  const rows = Object.entries(settings).map(
    ([name, { standard, about }]) => `| \`${name}\` | ${standard} | ${about} |`,
  )
  return ['| variable | when not set | what it does |', '| --- | --- | --- |', ...rows].join('\n')
}

/** README's text with the table of today. */
export function withSettingsTable(text: string): string {
  const from = text.search(/<!-- configuration: begin[^>]*-->/)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error('README.md has no place for the configuration table')
  return `${text.slice(0, from)}${begin}\n\n${settingsTable()}\n\n${text.slice(to)}`
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(readme, withSettingsTable(readFileSync(readme, 'utf8')))
}
