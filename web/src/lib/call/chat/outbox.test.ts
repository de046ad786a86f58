import { describe, expect, it } from 'vitest'
import type { ParticipantId } from '#contract/ids.ts'
import type { ChatMessage } from '#contract/room/chatEvents.ts'
import { chatLines, toRepeat, withoutArrived, withState, type OutgoingMessage } from './outbox.ts'

const sent = (id: string): ChatMessage => ({
  id,
  participantId: 'p' as ParticipantId,
  name: 'An',
  unitName: '',
  text: id,
  atMs: 1,
})
const mine = (id: string): OutgoingMessage => ({ id, text: id, atMs: 2, state: 'sending', code: null })

describe('outbox', () => {
  it('shows what is on its way after what all have, and each message once', () => {
    const lines = chatLines([sent('a'), sent('b')], [mine('b'), mine('c')])
    expect(lines.map((line) => [line.message.id, line.state])).toEqual([
      ['a', 'sent'],
      ['b', 'sent'],
      ['c', 'sending'],
    ])
  })

  it('forgets what arrived, also when its answer was lost', () => {
    const outbox = withState([mine('a'), mine('b')], 'a', 'failed', 'timeout')
    expect(withoutArrived(outbox, [sent('a')]).map((m) => m.id)).toEqual(['b'])
  })

  it('repeats by itself what the connection swallowed, not what the server refused', () => {
    const outbox = withState(
      withState([mine('a'), mine('b')], 'a', 'failed', 'timeout'),
      'b',
      'failed',
      'rate_limited',
    )
    expect(toRepeat(outbox).map((m) => m.id)).toEqual(['a'])
  })
})
