import type { LoginMessages } from './login.vi.ts'

/** Signing in, in English. */
export const login: LoginMessages = {
  title: 'Sign in',
  lead: 'Use your official account to attend and to hold meetings.',
  email: 'Official e-mail address',
  password: 'Password',
  submit: 'Sign in',
  wrong: 'The address or the password is not right.',
  wrongThen: 'Please try again. If you forgot it, ask the administrator for a link to set a new one.',
  idled: 'Your last session ended because nobody used it.',
  idledThen: 'Once signed in you are back on the page that you saw.',
  emailNeeded: 'Please enter a whole address, for example an@donvi.gov.vn.',
  passwordNeeded: 'Please enter the password.',
  guestHint: 'Guests and rooms come in with the link of their invitation and need no account.',
}
