import type { FloorEvent } from './floorEvents.ts'
import { changeOf, type Rules } from './rules.ts'
import type { PeopleView } from './views.ts'

/** Hands stand with their people (`handRaisedAtMs`); speech is for the record alone. */
export const floorRules: Rules<FloorEvent, { all: PeopleView }> = {
  handRaised: {
    all: (view, { participantId, atMs }) => changeOf(view, participantId, () => ({ handRaisedAtMs: atMs })),
  },
  handLowered: {
    all: (view, { participantId }) => changeOf(view, participantId, () => ({ handRaisedAtMs: null })),
  },
  spoke: {},
}
