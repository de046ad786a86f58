import type { AuditWords } from '#office/audit/auditTold.ts'
import type { Locale } from '#web/preferences.ts'
import { loadAdminTexts } from '#web/pages/admin/adminTexts.ts'
import { auditWords } from '#web/pages/admin/audit/auditWords.ts'
import { loadTexts } from '#web/text/texts.ts'

/** How the log is told to who reads in a language. */
export async function auditWordsIn(locale: Locale): Promise<AuditWords> {
  const [t, { audit, settings }] = await Promise.all([loadTexts(locale), loadAdminTexts(locale)])
  return auditWords({ t, audit, settings })
}
