import { passwordTexts } from '#web/text/password.en.ts'
import type { AccountMessages } from './account.vi.ts'

/** One's own account in English. */
export const account: AccountMessages = {
  title: 'Account',
  units: 'Units and positions',
  noUnits: 'No unit yet.',
  unitRoles: { secretary: 'Secretariat', official: 'Official' },
  administrator: 'System administrator',
  display: 'Display',
  language: 'Language',
  theme: 'Theme',
  themes: { system: 'As the device', light: 'Light', dark: 'Dark' },
  password: 'Change the password',
  current: 'Present password',
  next: 'New password',
  rules: passwordTexts,
  repeat: 'New password again',
  change: 'Change the password',
  changed: 'The password is changed. Other sessions have ended.',
  currentWrong: 'The present password is not right.',
  notSame: 'The two are not the same.',
  sessions: 'Sessions',
  sessionsText: 'If you see a device that is not yours, end its session and change the password.',
  thisSession: 'This session',
  seen: (text) => `Active ${text}`,
  from: (address) => `from ${address}`,
  revoke: 'End',
  revokeOf: (device) => `End the session on ${device}`,
  revoked: 'The session has ended.',
  unknownDevice: 'Unknown device',
}
