import type { FloorEvent } from './floorEvents.ts'
import { changeOf, type PeopleView, type Rules } from './rules.ts'

/** Hands stand with their people (`handRaisedAtMs`); speech is for the record. */
export const floorRules: Rules<FloorEvent, PeopleView> = {
  handRaised: (view, { participantId, atMs }) =>
    changeOf(view, participantId, () => ({ handRaisedAtMs: atMs })),
  handLowered: (view, { participantId }) => changeOf(view, participantId, () => ({ handRaisedAtMs: null })),
  spoke: () => ({}),
}
