import type { PasswordRules } from '#office/accounts/passwordRules.ts'
import type { Refusal } from '#web/refusal.ts'
import type { PasswordMessages } from '#web/text/password.vi.ts'

/** Why a new password is not taken; one that the form itself did not take was empty. */
export function refusedPassword(
  { reason = 'short' }: Refusal,
  { length, kinds }: PasswordRules,
  texts: PasswordMessages,
): string {
  const refused: Partial<Record<string, (length: number, kinds: number) => string>> = texts.refused
  return (refused[reason] ?? texts.refused.short)(length, kinds)
}
