import type { ConfirmationMessages } from './confirmation.vi.ts'

/** Saying again who one is, in English. */
export const confirmation: ConfirmationMessages = {
  title: 'Confirm that it is you',
  lead: 'It is a while since you gave your password. Confirm to go on with what you were doing; nothing you typed is lost.',
  password: 'Password',
  passwordWrong: 'The password is not right.',
  passwordNeeded: 'Please enter the password.',
  code: 'Code',
  codeHint: 'The one that your authenticator app shows now, or a recovery code.',
  codeWrong: 'The code is wrong, too old, or was used already.',
  codeNeeded: 'Please enter the code.',
  byCode: 'Use a code',
  byPassword: 'Use the password',
  submit: 'Confirm',
}
