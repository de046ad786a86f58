import type { PasskeyMessages } from './passkeys.vi.ts'

/** Passkeys, in English. */
export const passkeys: PasskeyMessages = {
  use: 'Use a passkey',
  cancelled: 'No passkey was used. Please try again, or another way.',
  refused: 'That passkey was not taken. Please try again, or another way.',
  title: 'Passkeys',
  text: 'Opened by the finger, face or PIN that unlocks the device, or a security key that is plugged in. No password and no code to type, and no false page gets hold of it.',
  name: 'Name',
  nameHint: 'For example: Office computer, My phone.',
  nameNeeded: 'Please name it, to tell it from others.',
  add: 'Add a passkey',
  known: 'This device has a passkey of the account already.',
  notMade: 'The device made no passkey. Please try again.',
  made: (day) => `Made on ${day}`,
  used: (when) => `used ${when}`,
  neverUsed: 'never used',
  rename: 'Rename',
  renameOf: (name) => `Rename ${name}`,
  save: 'Save the name',
  remove: 'Remove',
  removeOf: (name) => `Remove ${name}`,
  insecure:
    'Browsers allow passkeys only where the page was opened at the official https address. Here please use an authenticator app.',
}
