import type { PasswordMessages } from './password.vi.ts'

/** What a new password has to be, in English. */
export const passwordTexts: PasswordMessages = {
  hint: (length, kinds) =>
    `${length} characters or more${kinds > 1 ? `, of at least ${kinds} of 4 kinds: small letters, capitals, digits, symbols` : ''}. A long sentence that you remember is best; no names of yourself or your body, no keys in a row.`,
  refused: {
    short: (length) => `The password needs ${length} characters or more.`,
    kinds: (_, kinds) =>
      `The password needs at least ${kinds} of 4 kinds: small letters, capitals, digits, symbols.`,
    personal: () =>
      'This password is made of a name, an address or a unit, and easy to guess. Please choose another sentence.',
    common: () =>
      'This password is common, and easy to guess. Please choose a long sentence that only you know.',
  },
}
