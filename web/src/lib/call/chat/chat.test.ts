import { describe, expect, it } from 'vitest'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import { call } from '#web/call/call.vi.ts'
import { id, person, TestSeat } from '#web/call/testing/testSeat.svelte.ts'
import { Chat } from './chat.svelte.ts'

function stand() {
  const seat = new TestSeat()
  const sent: { id: string; text: string }[] = []
  const answers: ErrorCode[] = []
  const chat = new Chat(seat, (message) => {
    sent.push(message)
    const fault = answers.shift()
    return fault ? Promise.reject(new AppError(fault)) : Promise.resolve({})
  })
  const comes = (key: string, participantId = id('1'), unitName = 'Phường Thử') => {
    const message = { id: key, participantId, name: 'Nguyễn An', unitName, text: 'Chào', atMs: 1 }
    const told = seat.happens(chat, { type: 'chatPosted', atMs: 1, message })
    chat.settle()
    return told
  }
  const states = () => chat.lines.map((line) => line.state)
  return { seat, chat, sent, answers, comes, states }
}

const settled = () => new Promise<void>((resolve) => setTimeout(resolve))

describe('the chat', () => {
  it('sends the draft once, and shows it until it has come back', async () => {
    const { seat, chat, sent, comes, states } = stand()
    chat.draft = '  Xin chào  '
    chat.post()
    expect(chat.draft).toBe('')
    expect(states()).toEqual(['sending'])
    await settled()
    expect(sent.map((message) => message.text)).toEqual(['Xin chào'])
    expect(comes(sent[0]?.id ?? '', seat.myId)).toEqual([])
    expect(states()).toEqual(['sent'])
    expect(chat.unreadCount).toBe(0)
  })

  it('sends nothing that is empty', () => {
    const { chat, sent } = stand()
    chat.draft = ' '
    chat.post()
    expect(sent).toEqual([])
  })

  it('sends a failed message again as the same message', async () => {
    const { chat, sent, answers, states } = stand()
    answers.push('rate_limited')
    chat.draft = 'Một'
    chat.post()
    await settled()
    expect(states()).toEqual(['failed'])
    chat.repeat() // refused by the server: not by itself
    expect(sent).toHaveLength(1)
    chat.retry(sent[0]?.id ?? '')
    await settled()
    expect(new Set(sent.map((message) => message.id)).size).toBe(1)
    expect(states()).toEqual(['sending'])
  })

  it('repeats by itself what a lost connection swallowed', async () => {
    const { chat, sent, answers } = stand()
    answers.push('timeout')
    chat.draft = 'Một'
    chat.post()
    await settled()
    chat.repeat()
    expect(sent).toHaveLength(2)
  })

  it('gives the text of a discarded message back', async () => {
    const { chat, sent, answers, states } = stand()
    answers.push('rate_limited')
    chat.draft = 'Một'
    chat.post()
    await settled()
    chat.discard(sent[0]?.id ?? '')
    expect([chat.draft, states()]).toEqual(['Một', []])
  })

  it('tells people of one name apart, also after one of them has left', () => {
    const { seat, comes } = stand()
    const namesake = person('2', 'Nguyễn An', { unitName: 'Xã Sóc Sơn' })
    seat.view = { ...seat.view, participants: { ...seat.view.participants, [namesake.id]: namesake } }
    expect(comes('a', id('2'), 'Xã Sóc Sơn')).toEqual([call.news.message('Nguyễn An (Xã Sóc Sơn)', 'Chào')])
    expect(comes('b', id('3'), 'Phường Láng')).toEqual([call.news.message('Nguyễn An (Phường Láng)', 'Chào')])
  })

  it('counts and tells what comes while it is not shown', () => {
    const { chat, comes } = stand()
    expect(comes('a')).toEqual([call.news.message('Nguyễn An', 'Chào')])
    comes('b')
    expect(chat.unreadCount).toBe(2)
    const hide = chat.show()
    expect(chat.unreadCount).toBe(0)
    expect(comes('c')).toEqual([])
    expect(chat.unreadCount).toBe(0)
    hide()
    comes('d')
    expect(chat.unreadCount).toBe(1)
  })
})
