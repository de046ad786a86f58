import { passwordTexts } from '#web/text/password.en.ts'
import type { SetupMessages } from './setup.vi.ts'

/** Setting a password by link, in English. */
export const setup: SetupMessages = {
  titleFirst: 'Create the first administrator',
  leadFirst: 'This account manages units, people and sites. The link works once.',
  title: 'Set a password',
  lead: (name) => `Welcome, ${name}. Set a password to begin; the link works once.`,
  confirm: 'Continue to set your password.',
  proceed: 'Continue',
  failed: 'This link cannot be used',
  askAdministrator: 'Please ask the administrator for a new link.',
  until: (moment) => `The link is valid until ${moment}.`,
  name: 'Full name',
  nameNeeded: 'Please enter the full name.',
  rules: passwordTexts,
  repeat: 'Repeat the password',
  repeatWrong: 'The two passwords differ.',
  requireFactor: 'Administrators and secretaries need a second factor',
  requireFactorHint:
    'Recommended. This account sets it up next, by an authenticator app on a phone or a passkey; it can be changed under Rules.',
  submit: 'Save and sign in',
}
