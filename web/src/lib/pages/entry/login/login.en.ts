import type { LoginMessages } from './login.vi.ts'

/** Signing in, in English. */
export const login: LoginMessages = {
  title: 'Sign in',
  lead: 'Use your official account to attend and hold meetings.',
  email: 'Official email address',
  password: 'Password',
  submit: 'Sign in',
  wrong: 'The address or the password is wrong.',
  wrongThen: 'Please try again. If you forgot it, ask the administrator for a link to set a new one.',
  idled: 'Your last session ended because nobody used it.',
  idledThen: 'After signing in you return to the page you were on.',
  emailNeeded: 'Please enter a complete address, for example an@donvi.gov.vn.',
  passwordNeeded: 'Please enter the password.',
  guestHint: 'Guests and rooms join with the link they were given and need no account.',
}
