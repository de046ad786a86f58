import type { PasskeyMessages } from './passkeys.vi.ts'

/** Passkeys, in English. */
export const passkeys: PasskeyMessages = {
  use: 'Use a passkey',
  cancelled: 'No passkey was used. Please try again, or use another way.',
  refused: 'That passkey was not accepted. Please try again, or use another way.',
  title: 'Passkeys',
  text: 'Opens with the fingerprint, face or PIN that unlocks the device, or with a security key. There is no password or code to type, and a fake page cannot steal it.',
  name: 'Name',
  nameHint: 'For example: Office computer, My phone.',
  nameNeeded: 'Please give it a name, to tell it from others.',
  add: 'Add a passkey',
  known: 'This device already has a passkey for this account.',
  notMade: 'The device did not create a passkey. Please try again.',
  made: (day) => `Created on ${day}`,
  used: (when) => `used ${when}`,
  neverUsed: 'never used',
  rename: 'Rename',
  renameOf: (name) => `Rename ${name}`,
  save: 'Save the name',
  remove: 'Remove',
  removeOf: (name) => `Remove ${name}`,
  insecure:
    'Browsers allow passkeys only on pages opened at the official https address. At this address, please use an authenticator app.',
}
