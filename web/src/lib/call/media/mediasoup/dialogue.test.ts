import { describe, expect, it } from 'vitest'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import { TestSignal } from '#web/call/testing/testSignal.ts'
import { TicketDialogue } from './dialogue.ts'

function opened(refusal: ErrorCode | null = null) {
  const signal = new TestSignal()
  const told: string[] = []
  const asked: unknown[] = []
  signal.answers['media:negotiate'] = ({ message }) => {
    asked.push(message)
    if (refusal) throw new AppError(refusal)
    return { reply: { ok: true } }
  }
  const dialogue = new TicketDialogue(
    'ticket',
    signal,
    (event) => told.push(event),
    () => told.push('unknown ticket'),
  )
  return { dialogue, told, asked }
}

describe("a ticket's dialogue", () => {
  it('goes over the page’s own line, under the ticket, and back', async () => {
    const { dialogue, asked } = opened()
    expect(await dialogue.ask({ type: 'restartIce', direction: 'recv' })).toEqual({ ok: true })
    expect(asked).toEqual([{ type: 'restartIce', direction: 'recv', ticketId: 'ticket' }])
  })

  it('is over when the engine does not know the ticket on which the way is to be mended', async () => {
    const { dialogue, told } = opened('not_found')
    await expect(dialogue.ask({ type: 'restartIce', direction: 'send' })).rejects.toThrow('not_found')
    expect(told).toEqual(['unknown ticket'])
  })

  it('tells what failed, unless nobody needs it any more', async () => {
    const { dialogue, told } = opened('internal')
    dialogue.tell({ type: 'unpublish', trackId: 'a' as never })
    await expect.poll(() => told).toEqual(['unpublishFailed'])
    dialogue.close()
    await expect(dialogue.ask({ type: 'unpublish', trackId: 'a' as never })).rejects.toThrow('internal')
    dialogue.warn('late', null)
    expect(told).toEqual(['unpublishFailed'])
  })
})
