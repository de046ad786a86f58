import type { AuditName } from '#db/auditReading.ts'
import type { AuditChange } from './auditDetail.ts'

/** An id of the log with the name that it has now, if it is still there. */
export interface AuditNamed {
  id: string
  kind: AuditName['kind'] | null
  name: string | null
  meetingId: string | null
}

/** An entry as it is read. */
export interface AuditEntryShown {
  id: string
  atMs: number
  address: string
  action: string
  actor: AuditNamed
  subject: AuditNamed
  /** What was before and what is after. */
  changes: AuditChange[]
  /** What else is known, field by field. */
  facts: { field: string; value: string }[]
}
