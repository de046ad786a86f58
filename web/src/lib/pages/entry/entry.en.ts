import type { EntryMessages } from './entry.vi.ts'

/** The entry texts in English. */
export const entry: EntryMessages = {
  signIn: {
    title: 'Sign in',
    lead: 'Use your official account to attend and to hold meetings.',
    email: 'Official e-mail address',
    password: 'Password',
    showPassword: 'Show the password',
    hidePassword: 'Hide the password',
    submit: 'Sign in',
    wrong: 'The address or the password is not right.',
    wrongThen: 'Please try again. If you forgot it, ask the administrator for a link to set a new one.',
    emailNeeded: 'Please enter a whole address, for example an@donvi.gov.vn.',
    passwordNeeded: 'Please enter the password.',
    guestHint: 'Guests and rooms come in with the link of their invitation and need no account.',
  },
  setup: {
    titleFirst: 'Make the first administrator',
    leadFirst: 'This account keeps units, people and sites. The link works once.',
    title: 'Set a password',
    lead: (name) => `Welcome, ${name}. Set a password to begin; the link works once.`,
    name: 'Full name',
    nameNeeded: 'Please enter the full name.',
    passwordHint: '12 characters or more; a long sentence that you remember is best.',
    passwordShort: 'The password needs 12 characters or more.',
    repeat: 'The password again',
    repeatWrong: 'The two are not the same.',
    submit: 'Save and go in',
  },
  join: {
    title: 'Join by link',
    ready: 'The link is good.',
    confirm: 'Continue to the meeting’s waiting room.',
    signedIn: (name) =>
      `This browser is signed in as ${name}. The link will be used instead of the account in this meeting.`,
    proceed: 'Continue',
    failed: 'This link does not let you in',
    askSecretary: 'Please ask the meeting’s secretary for a new link.',
    toSignIn: 'Sign in with an account',
  },
  language: 'Language',
}
