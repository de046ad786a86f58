import { passwordTexts } from '#web/text/password.en.ts'
import type { AccountMessages } from './account.vi.ts'

/** One's own account in English. */
export const account: AccountMessages = {
  title: 'Account',
  units: 'Units and positions',
  noUnits: 'No unit yet.',
  unitRoles: { secretary: 'Secretariat', official: 'Official' },
  administrator: 'System administrator',
  officeRoles: {
    system_admin: 'System administrator',
    auditor: 'Auditor',
    unit_admin: 'Unit administrator',
    clerk: 'Records clerk',
    technician: 'Technician',
  },
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
  secondFactor: 'Two factors',
  secondFactorOn: 'On',
  secondFactorOff: 'Off',
  secondFactorText:
    'A code of your phone beside the password, so that who learns the password still cannot come in.',
  secondFactorFewCodes: (count) =>
    count > 0
      ? `Only ${count} recovery codes are left. Better make new ones.`
      : 'No recovery code opens any more. Please make new ones.',
  secondFactorSetUp: 'Set up',
  secondFactorChange: 'See and change',
  personalData: 'Personal data',
  personalDataText:
    'All that the platform holds on me: account, units, roles, sessions, meetings, speeches, messages, log entries. What is wrong is corrected by the administrator of the unit; records of meetings keep name and position as they were then.',
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
