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

/**
 * Reads a detail of any release: `changes`, two states or one that is gone as they are stored, whatever else field by
 * field. Never throws.
 */
export function auditDetail(detail: unknown): AuditDetail {
  const { changes: listed, before, after, was, ...others } = objectOf(detail)
  const stored = (Array.isArray(listed) ? listed : []).map((one): AuditChange => {
    const { field, from, to, removed, added } = objectOf(one)
    return { field: textOf(field), from: linesOf(removed ?? from), to: linesOf(added ?? to) }
  })
  const changes = [
    ...stored,
    ...changesOf(objectOf(before), objectOf(after)),
    ...changesOf(objectOf(was), {}),
  ]
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

function changesOf(before: Record<string, unknown>, after: Record<string, unknown>): AuditChange[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...fields]
    .map((field) => ({ field, from: linesOf(before[field]), to: linesOf(after[field]) }))
    .filter(({ from, to }) => from.join('\n') !== to.join('\n'))
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
