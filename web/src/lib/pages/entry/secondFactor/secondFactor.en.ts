import type { SecondFactorMessages } from './secondFactor.vi.ts'

/** Giving and setting up a second factor, in English. */
export const secondFactor: SecondFactorMessages = {
  title: 'Second factor',
  lead: 'Enter the 6 digits that your authenticator app shows now.',
  code: 'Code',
  codeHint: 'If you do not have your phone, enter a recovery code.',
  trust: (days) => `Do not ask on this computer for ${days} days`,
  trustHint: 'Only on a computer that you alone use.',
  submit: 'Continue',
  refused: {
    wrong: 'The code is wrong or too old. Please enter the one that the app shows now.',
    used: 'This code was already used. Please wait for the next one, 30 seconds at most.',
  },
  lost: 'Lost both phone and recovery codes? Please ask an administrator to reset your second factor.',
  meetings: 'Meetings do not ask for it: the link you were given opens at once.',
  signOut: 'Sign out',

  setupTitle: 'Two-factor sign-in',
  setupLead:
    'Signing in asks for a code from your phone besides the password. Whoever learns the password still cannot get in.',
  required: 'This account needs a second factor to use the office. Setting it up takes about two minutes.',
  app: 'Authenticator app',
  appText:
    'Install an authenticator app on your phone, for example Google Authenticator, Microsoft Authenticator or FreeOTP. It works without a network.',
  appBegin: 'Set up an app',
  scan: 'Open the app and scan this:',
  qr: 'QR code with the key for the authenticator app',
  orType: 'Or enter the key:',
  secret: 'Key for the app',
  firstCode: 'The 6 digits that the app shows now',
  confirm: 'Confirm',
  appThere: 'An authenticator app is set up.',
  appRemove: 'Remove the app',
  appRemoved: 'The app was removed.',
  recovery: 'Recovery codes',
  recoveryOnce:
    'Each works once when you do not have your phone. They are shown only now: please print them or keep them somewhere safe, away from the computer.',
  recoveryLeft: (count) =>
    count > 0
      ? `${count} codes are left.`
      : 'No code opens any more: all are used, or the platform’s key for them was replaced. Please make new ones.',
  recoveryAnew: 'Create new codes',
  recoveryAnewText: 'Once new ones are created, the old ones stop working.',
  print: 'Print',
  download: 'Download',
  fileName: 'recovery-codes-diem-cau.txt',
  fileHead: (email) => `Recovery codes of Điểm Cầu for ${email}. Each works once.`,
  stored: 'I have kept them, continue',
  devices: 'Remembered devices',
  devicesText: (count) =>
    `${count} ${count === 1 ? 'device is' : 'devices are'} not asked for the second factor.`,
  forget: 'Ask again on every device',
  forgotten: 'Every device will be asked again.',
  done: 'Done',
}
