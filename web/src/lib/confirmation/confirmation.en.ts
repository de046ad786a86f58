import type { ConfirmationMessages } from './confirmation.vi.ts'

/** Saying again who one is, in English. */
export const confirmation: ConfirmationMessages = {
  title: 'Confirm that it is you',
  lead: 'You entered your password a while ago. Confirm to continue what you were doing; nothing you typed is lost.',
  password: 'Password',
  passwordWrong: 'The password is wrong.',
  passwordNeeded: 'Please enter the password.',
  code: 'Code',
  codeHint: 'The one that your authenticator app shows now, or a recovery code.',
  codeWrong: 'The code is wrong, has expired or was already used.',
  codeNeeded: 'Please enter the code.',
  byCode: 'Use a code',
  byPassword: 'Use the password',
  submit: 'Confirm',
}
