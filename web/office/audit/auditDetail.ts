/** A field that was changed: each value one line; an empty list for none. */
export interface AuditChange {
  field: string
  from: string[]
  to: string[]
}

/** What an entry's detail tells, in lines of text; `ids` are those of its values that may be ids of something. */
export interface AuditDetail {
  changes: AuditChange[]
  facts: { field: string; value: string }[]
  ids: string[]
}

const likeId = /^[A-Za-z0-9_-]{8,64}$/

/** Reads a detail of any release: `changes` as they are stored today, whatever else field by field. Never throws. */
export function auditDetail(detail: unknown): AuditDetail {
  const { changes: listed, ...others } = objectOf(detail)
  const changes = (Array.isArray(listed) ? listed : []).map((one): AuditChange => {
    const { field, from, to, removed, added } = objectOf(one)
    return { field: textOf(field), from: linesOf(removed ?? from), to: linesOf(added ?? to) }
  })
  const facts = Object.entries(others)
    .map(([field, value]) => ({ field, value: linesOf(value).join('; ') }))
    .filter(({ value }) => value !== '')
  const values = [...changes.flatMap(({ from, to }) => [...from, ...to]), ...facts.map(({ value }) => value)]
  return {
    changes,
    facts,
    ids: values.flatMap((value) => value.split(' ')).filter((word) => likeId.test(word)),
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function linesOf(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  return list.map(textOf).filter((line) => line !== '')
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean)
}
