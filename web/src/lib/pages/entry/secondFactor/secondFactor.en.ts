import type { SecondFactorMessages } from './secondFactor.vi.ts'

/** Giving and setting up a second factor, in English. */
export const secondFactor: SecondFactorMessages = {
  title: 'Second factor',
  lead: 'Enter the 6 digits that your authenticator app shows now.',
  code: 'Code',
  codeHint: 'Without your phone at hand, enter a recovery code.',
  trust: (days) => `Do not ask on this machine for ${days} days`,
  trustHint: 'Only on a machine of your own.',
  submit: 'Continue',
  refused: {
    wrong: 'The code is wrong or too old. Please enter the one that the app shows now.',
    used: 'This code was used already. Please wait for the next one, 30 seconds at most.',
  },
  lost: 'Phone and recovery codes lost: please ask an administrator to reset your second factor.',
  meetings: 'Meetings do not ask for it: the link of your invitation opens at once.',
  signOut: 'Sign out',

  setupTitle: 'Two factors',
  setupLead:
    'Signing in asks for a code of your phone beside the password. Who learns the password still cannot come in.',
  required:
    'This account needs a second factor before the office opens. Setting it up takes about two minutes.',
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
  appRemoved: 'The app is removed.',
  recovery: 'Recovery codes',
  recoveryOnce:
    'Each opens once when your phone is not there. They are shown only now: please print them or keep them somewhere safe, away from the computer.',
  recoveryLeft: (count) =>
    count > 0
      ? `${count} codes are left.`
      : 'No code opens any more: all are used, or the platform’s key for them was replaced. Please make new ones.',
  recoveryAnew: 'Make new codes',
  recoveryAnewText: 'Once new ones are made, these no longer open.',
  print: 'Print',
  download: 'Download',
  fileName: 'recovery-codes-diem-cau.txt',
  fileHead: (email) => `Recovery codes of Điểm Cầu for ${email}. Each opens once.`,
  stored: 'They are kept, continue',
  devices: 'Remembered devices',
  devicesText: (count) =>
    `${count} ${count === 1 ? 'device is' : 'devices are'} not asked for the second factor.`,
  forget: 'Ask again on every device',
  forgotten: 'Every device will be asked again.',
  done: 'Done',
}
