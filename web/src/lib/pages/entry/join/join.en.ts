import type { JoinMessages } from './join.vi.ts'

/** Coming in by a join link, in English. */
export const join: JoinMessages = {
  title: 'Join by link',
  ready: 'The link is valid.',
  confirm: 'Continue to the meeting’s waiting room.',
  signedIn: (name) =>
    `This browser is signed in as ${name}. The link will be used instead of the account in this meeting.`,
  proceed: 'Continue',
  failed: 'This link does not let you in',
  askSecretary: 'Please ask the meeting’s secretary for a new link.',
  toSignIn: 'Sign in with an account',
}
