import type { PasswordMessages } from './password.vi.ts'

/** What a new password has to be, in English. */
export const passwordTexts: PasswordMessages = {
  hint: (length, kinds) =>
    `${length} characters or more${kinds > 1 ? `, of at least ${kinds} of 4 kinds: lower-case letters, capitals, digits, symbols` : ''}. A long sentence that you remember is best; do not use your own or your unit’s name, or keys in a row.`,
  refused: {
    short: (length) => `The password needs ${length} characters or more.`,
    kinds: (_, kinds) =>
      `The password needs at least ${kinds} of 4 kinds: lower-case letters, capitals, digits, symbols.`,
    personal: () =>
      'This password is made from a name, an address or a unit, and is easy to guess. Please choose another sentence.',
    common: () =>
      'This password is common and easy to guess. Please choose a long sentence that only you know.',
  },
}
