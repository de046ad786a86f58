/** What the address asks of the log; the service parses it. */
export interface AuditFilterTexts {
  q: string
  action: string
  about: string
  address: string
  from: string
  to: string
}

const fields = ['q', 'action', 'about', 'address', 'from', 'to'] as const

/** Every field that the address has, shortened to what a service takes. */
export function auditQueryOf(parameters: URLSearchParams): AuditFilterTexts {
  const query: AuditFilterTexts = { q: '', action: '', about: '', address: '', from: '', to: '' }
  for (const field of fields) query[field] = (parameters.get(field) ?? '').slice(0, 200)
  return query
}
