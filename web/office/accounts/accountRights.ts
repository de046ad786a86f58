import { assertNever } from '#contract/errors.ts'
import type { AccountCredential, LinkCredential } from '#contract/principal.ts'
import type { SettingValues } from '#contract/settings.ts'
import type { AccountRow } from '#db/accounts.ts'
import type { Database } from '#db/client.ts'
import type { JoinLinkRow } from '#db/joinLinks.ts'
import { heldRoles } from '#db/roleGrants.ts'
import type { SecondFactorDebt } from '#office/access.ts'

/** What an account owes whose session has given a password alone. */
export function debtOf(account: AccountRow, { secondFactor }: SettingValues): SecondFactorDebt | null {
  if (account.hasSecondFactor) return 'code'
  return isRequiredOf(account, secondFactor) ? 'enrolment' : null
}

/** Somebody from where or when nobody administers: what else they may stays. */
export function withoutAdministration(account: AccountRow): AccountRow {
  const grants = account.grants.filter(({ role }) => role !== 'system_admin' && role !== 'unit_admin')
  return { ...account, isSystemAdmin: false, grants }
}

function isRequiredOf(
  { isSystemAdmin, units, grants }: AccountRow,
  secondFactor: SettingValues['secondFactor'],
): boolean {
  switch (secondFactor) {
    case 'nobody':
      return false
    case 'administrators':
      return isSystemAdmin || grants.some((grant) => grant.role === 'unit_admin')
    case 'secretaries':
      return grants.length > 0 || units.some((unit) => unit.role === 'secretary')
    case 'everybody':
      return true
    default:
      return assertNever(secondFactor)
  }
}

/** What an account may, as sockets and pages carry it. @throws AppError storage_unavailable */
export async function credentialOf(
  database: Database,
  account: AccountRow,
  sessionId: string,
): Promise<AccountCredential> {
  return {
    ...{ kind: 'account', userId: account.id, sessionId, isSystemAdmin: account.isSystemAdmin },
    isAuditor: account.grants.some((grant) => grant.role === 'auditor'),
    unitRoles: await heldRoles(database, account),
  }
}

/** What the holder of a join link may. */
export function credentialOfLink({ id, meetingId, participantId }: JoinLinkRow): LinkCredential {
  return { kind: 'link', linkId: id, meetingId, participantId }
}
