import type { ShellMessages } from './shell.vi.ts'

/** The office's frame in English. */
export const shell: ShellMessages = {
  nav: {
    label: 'Main navigation',
    today: 'Today',
    meetings: 'Meetings',
    bodies: 'Councils',
    newMeeting: 'Plan a meeting',
    administration: 'Administration',
    people: 'People',
    units: 'Units',
    sites: 'Sites',
    storage: 'Storage',
    settings: 'Rules',
    audit: 'Audit log',
    account: 'Account',
    signOut: 'Sign out',
    more: 'More',
  },
  stillInCall: (title) => `You are still in the meeting “${title}”, on another page.`,
  toCall: 'Go to the meeting',
  palette: {
    open: 'Search',
    title: 'Find a meeting or a page',
    placeholder: 'A meeting’s name, diacritics not needed',
    page: 'Page',
  },
  shortcuts: {
    title: 'Keyboard shortcuts',
    palette: 'Find a meeting or a page',
    list: 'This list',
    today: 'Go to Today',
    meetings: 'Go to the list of meetings',
    newMeeting: 'Plan a meeting',
    save: 'Save (plan, minutes)',
    afterwards: 'then',
  },
  idle: {
    title: 'Your session is about to end',
    text: (time) =>
      `Nobody has used this page for a while. The session ends by itself at ${time}; after signing in again you return to this page.`,
    goOn: 'Keep working',
  },
}
