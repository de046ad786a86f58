import { tableTime } from '#contract/cityTime.ts'
import type { PersonalPart } from '#db/personalData.ts'
import { auditDetail } from '#office/audit/auditDetail.ts'
import type { PersonalWords } from './personalWords.ts'

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:1100px;margin:32px auto;padding:0 16px;color:#1a1f2b}
h1{font-size:24px;margin:0}h2{font-size:17px;margin:32px 0 8px}p{color:#565f70;margin:4px 0}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13px}
th,td{border:1px solid #ccd2dc;padding:5px 8px;text-align:left;vertical-align:top;overflow-wrap:break-word;min-width:72px}
th{background:#f1f3f7}
@media print{body{margin:0;max-width:none;font-size:11px}table{font-size:9px}.wide{overflow:visible}tr{break-inside:avoid}thead{display:table-header-group}}`

/** What is held on a person as one page without a script, to read and to print: a table a kind, as the parts come. */
export async function* personalPage(
  parts: AsyncGenerator<PersonalPart>,
  nowMs: number,
  words: PersonalWords,
): AsyncGenerator<string> {
  const title = escaped(words.title)
  yield `<!doctype html><html lang="${words.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${style}</style></head><body>
<h1>${title}</h1><p>${escaped(words.lead(tableTime(nowMs)))}</p>\n`
  let of: PersonalPart['of'] | null = null
  let heads: readonly string[] = []
  for await (const part of parts) {
    let text = ''
    if (part.of !== of) {
      text += `${heads.length > 0 ? end : ''}<h2>${escaped(words.titles[part.of])}</h2>`
      text += part.rows.length === 0 ? `<p>${escaped(words.nothing)}</p>\n` : ''
      heads = []
      of = part.of
    }
    const [first] = part.rows
    if (first && heads.length === 0) {
      heads = headsOf(part)
      const cells = heads.map((head) => `<th scope="col">${escaped(words.columns[head] ?? head)}</th>`)
      text += `<div class="wide"><table><thead><tr>${cells.join('')}</tr></thead><tbody>\n`
    }
    for (const row of part.rows) {
      const told = part.of === 'audit' ? toldEntry(row, words) : row
      const cells = heads.map(
        (head) => `<td>${escaped(textOf(head, told[head], words.wordOf.bind(words, part.of), words))}</td>`,
      )
      text += `<tr>${cells.join('')}</tr>\n`
    }
    yield text
  }
  yield `${heads.length > 0 ? end : ''}</body></html>\n`
}

const end = '</tbody></table></div>\n'

/** Of call and log a row says what it has to: what any may say is a column. */
function headsOf({ of, rows }: PersonalPart): string[] {
  const [first = {}] = rows
  const some = { call: ['text', 'from', 'to'], audit: ['actorId', 'address', 'detail'] } as const
  const more = of === 'call' || of === 'audit' ? some[of] : []
  return [...new Set([...Object.keys(first), ...more])]
}

/** An entry of the log as its readers have it. */
function toldEntry(row: Record<string, unknown>, { log }: PersonalWords): Record<string, unknown> {
  const named = (id: unknown) => ({ id: String(id ?? ''), kind: null, name: null, meetingId: null })
  const { changes, facts } = auditDetail(row['detail'])
  const told = log.tell({
    ...{ action: String(row['action']), changes, facts },
    ...{ actor: named(row['actorId']), subject: named(row['subject']) },
  })
  const parts = [
    ...told.changes.map(({ field, from, to }) => `${field}: ${[from, to].filter(Boolean).join(' → ')}`),
    ...told.facts.map(({ field, value }) => `${field}: ${value}`),
  ]
  return { ...row, action: told.action, actorId: told.actor, subject: told.subject, detail: parts.join('; ') }
}

type WordOf = (column: string, value: string) => string | null

function textOf(head: string, value: unknown, wordOf: WordOf, words: PersonalWords): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date)
    return head.startsWith('valid') ? value.toISOString().slice(0, 10) : tableTime(value.getTime())
  if (Array.isArray(value)) return value.map((one) => textOf(head, one, wordOf, words)).join('; ')
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, one]) => textOf(name, one, wordOf, words))
      .filter((one) => one !== '')
      .join(', ')
  if (typeof value === 'boolean') return value ? words.yes : words.no
  const text = String(value as string | number)
  return wordOf(head, text) ?? text
}

function escaped(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replaceAll(/[&<>"']/g, (letter) => entities[letter] ?? '')
}
