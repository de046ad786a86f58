import { officeRoles, unitRoles } from '#web/text/names.en.ts'
import { passwordTexts } from '#web/text/password.en.ts'
import type { AccountMessages } from './account.vi.ts'

/** One's own account in English. */
export const account: AccountMessages = {
  title: 'Account',
  units: 'Units and positions',
  noUnits: 'No unit yet.',
  unitRoles,
  administrator: officeRoles.system_admin,
  officeRoles,
  contact: 'Contact',
  contactText:
    'Your telephone number is shown to those who may see your email: secretaries and administrators of your unit, and system administrators. A wrong name, email or position is corrected by the administrator of your unit.',
  phone: 'Telephone',
  phoneWrong: 'A telephone number has 3 to 15 digits, for example 0912 345 678.',
  contactSave: 'Save the number',
  contactSaved: 'The number is saved.',
  display: 'Display',
  language: 'Language',
  theme: 'Appearance',
  themes: { system: 'As the device', light: 'Light', dark: 'Dark' },
  password: 'Change the password',
  current: 'Current password',
  next: 'New password',
  rules: passwordTexts,
  repeat: 'Repeat the new password',
  change: 'Change the password',
  changed: 'The password was changed. Other sessions have ended.',
  currentWrong: 'The current password is wrong.',
  notSame: 'The two passwords differ.',
  secondFactor: 'Two-factor sign-in',
  secondFactorOn: 'On',
  secondFactorOff: 'Off',
  secondFactorText:
    'A code from your phone besides the password, so that whoever learns the password still cannot get in.',
  secondFactorFewCodes: (count) =>
    count > 0
      ? `Only ${count} recovery ${count === 1 ? 'code is' : 'codes are'} left. Please make new ones.`
      : 'No recovery code opens any more. Please make new ones.',
  secondFactorSetUp: 'Set up',
  secondFactorChange: 'View and change',
  personalData: 'Personal data',
  personalDataText:
    'Everything the platform holds about you: account, units, roles, sessions, meetings, speeches, messages, log entries. Ask the unit’s administrator to correct what is wrong; records of meetings keep name and position as they were then.',
  personalDataRead: 'Read and print',
  personalDataGet: 'Download data (JSON)',
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
