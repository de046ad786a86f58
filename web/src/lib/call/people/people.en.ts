import * as vi from './people.vi.ts'

/** The same in English. */
export const people: typeof vi.people = {
  people: 'People',
  inCall: (count) => `In the meeting: ${count}`,
  findPerson: 'Find by name or unit',
  nobodyFound: 'Nobody matches',
  actsFor: (name) => `Actions for ${name}`,
  muteOne: 'Mute',
  forbidOne: 'Mute and lock',
  allowOne: 'Allow to unmute',
  muteCamOne: 'Turn the camera off',
  stopShareOne: 'Stop the screen share',
  removeOne: 'Remove from the meeting',
  removeTitle: (name) => `Remove ${name} from the meeting?`,
  removeText: 'This person leaves the meeting at once.',
  removeBan: 'Do not let them into this meeting again',
  remove: 'Remove',
  muteAll: 'Mute everyone',
  muteAllForbid: 'Mute and lock everyone',
  allowAll: 'Allow everyone to unmute',
  unmuteIsForbidden: 'Everyone’s microphones are locked.',
  rollCall: (present, expected) => `Roll: ${present}/${expected}`,
  absent: 'Not here yet',
  present: 'Present',
  markedAt: (site) => `Present at ${site}`,
  marked: 'Marked as present',
  markPresent: 'Mark as present',
  markAtSite: (site) => `Present at ${site}`,
  markHere: 'Present, not at a site',
  unmark: 'Undo the mark',
  comings: ({ came, went, hands, present }) =>
    `${vi.listed([
      came > 0 && `${came} joined`,
      went > 0 && `${went} left`,
      hands > 0 && `${hands} asking to speak`,
    ])}. In the meeting: ${present}.`,
}
