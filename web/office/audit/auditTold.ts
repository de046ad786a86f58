import type { AuditEntryShown } from './auditShown.ts'

/** An entry in the words of one language: no code of ours is left in it. */
export interface AuditTold {
  actor: string
  action: string
  subject: string
  /** An empty text for nothing. */
  changes: { field: string; from: string; to: string }[]
  facts: { field: string; value: string }[]
}

/** How entries are told in one language; the pages' catalogues know. */
export interface AuditWords {
  tell(entry: Pick<AuditEntryShown, 'action' | 'actor' | 'subject' | 'changes' | 'facts'>): AuditTold
  /** Of the log as a table. */
  title: string
  heads: Readonly<Record<AuditColumn, string>>
}

/** Columns of the log as a table, in their order. */
export const auditColumns = [
  'number',
  'at',
  'actor',
  'actorId',
  'action',
  'actionId',
  'subject',
  'subjectId',
  'before',
  'after',
  'others',
  'address',
] as const
export type AuditColumn = (typeof auditColumns)[number]
