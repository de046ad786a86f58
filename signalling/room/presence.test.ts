import { describe, expect, it } from 'vitest'
import { newOpenRoom, person } from './testing/testRoom.ts'

describe('presence by hand', () => {
  it('marks and unmarks who sits in a room without a device', () => {
    const room = newOpenRoom()
    const mark = { participantId: person('absent'), siteId: null, isPresent: true }
    expect(room.presence.mark(mark, person('secretary'), 2000)).toHaveLength(1)
    expect(room.presence.mark(mark, person('secretary'), 2001)).toEqual([])
    expect(room.presence.mark({ ...mark, isPresent: false }, person('secretary'), 2002)).toHaveLength(1)
    expect(room.moderators.markedPresent).toEqual({})
  })
})
