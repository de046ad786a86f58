import type { AuditWords } from '#office/audit/auditTold.ts'
import type { PersonalPart } from '#db/personalData.ts'

/** How the page of one's data is told in one language; the pages' catalogues know. */
export interface PersonalWords {
  language: string
  title: string
  /** Of what it is, and when it was made. */
  lead(at: string): string
  nothing: string
  titles: Readonly<Record<PersonalPart['of'], string>>
  /** What a kept field is called. */
  columns: Readonly<Record<string, string>>
  yes: string
  no: string
  /** What a kept word of ours is called; null for what is none. */
  wordOf(of: PersonalPart['of'], column: string, value: string): string | null
  /** How the audit log is told. */
  log: AuditWords
}
