import { AppError } from '#contract/errors.ts'
import type { SettingValues } from '#contract/settings.ts'
import type { PasswordHashing } from './passwordHashing.ts'

/** What a new password has to be; settings decide it (QĐ 742/QĐ-BTTTT: length and classes are to be settable). */
export interface PasswordRules {
  /** Characters, at least. */
  length: number
  /** Of small letters, capitals, digits and everything else, at least so many. */
  kinds: number
  strength: SettingValues['passwordStrength']
}

/** Why a password is not taken. */
export type PasswordRefusal = 'short' | 'kinds' | 'personal' | 'common'

/** Of whom a password is: what everybody knows of its holder is no secret. */
export interface PasswordHolder {
  name: string
  email: string
  units: readonly string[]
}

/** Tries that a password has to stand, as a power of ten: of somebody who stole the hashes, beginning with the likely. */
const leastGuessesLog10 = { unchecked: 0, moderate: 8, strong: 10 } as const

const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{M}\p{N}]/u]

/** The rules that hold at a moment. */
export function passwordRulesOf(settings: SettingValues): PasswordRules {
  const { passwordLength, passwordKinds, passwordStrength } = settings
  return { length: passwordLength, kinds: passwordKinds, strength: passwordStrength }
}

/** Refuses passwords that are guessed. */
export function createPasswordRules(passwords: Pick<PasswordHashing, 'judge'>) {
  return {
    /** @throws AppError bad_request with `detail.field` and `detail.reason` (a `PasswordRefusal`); busy */
    async demandGood(input: {
      password: string
      /** The name of its field, for the refusal. */
      field: string
      person: PasswordHolder
      rules: PasswordRules
    }): Promise<void> {
      const { field, person, rules } = input
      const password = input.password.normalize('NFC')
      const refuse = (reason: PasswordRefusal): never => {
        throw new AppError('bad_request', `the password is ${reason}`, { detail: { field, reason } })
      }
      if ([...password].length < rules.length) refuse('short')
      if (kinds.filter((kind) => kind.test(password)).length < rules.kinds) refuse('kinds')
      const least = leastGuessesLog10[rules.strength]
      if (least === 0) return
      const [localPart = ''] = person.email.split('@')
      const known = [person.name, person.email, localPart, ...person.units]
      const { guessesLog10, isPersonal } = await passwords.judge(
        password,
        known.filter((text) => text !== ''),
      )
      if (guessesLog10 < least) refuse(isPersonal ? 'personal' : 'common')
    },
  }
}
