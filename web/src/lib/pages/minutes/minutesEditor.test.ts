import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { MinutesContent } from '#contract/minutes.ts'
import { FakeHost, newFakeTabStore, stopTime } from '#web/testing/fakeHost.ts'
import { MinutesEditor } from './minutesEditor.svelte.ts'

const nobody = { participantId: null, name: '', position: '', unitName: '' }
const written: MinutesContent = {
  parentBody: '',
  body: 'Sở Nội vụ',
  docNumber: '',
  docSymbol: '',
  place: 'Hà Nội',
  dateMs: 0,
  subject: 'Họp giao ban',
  startedAtMs: 0,
  endedAtMs: 0,
  location: '',
  chair: nobody,
  secretary: nobody,
  present: [],
  absent: [],
  items: [],
  conclusions: [],
  recipients: [],
}

let host: FakeHost
let kept: Map<string, string>

beforeEach(() => {
  stopTime()
  host = new FakeHost()
  kept = newFakeTabStore()
  vi.spyOn(console, 'warn').mockReturnValue()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

function open(version = 7, content = written): MinutesEditor {
  return new MinutesEditor({ meetingId: 'm', userId: 'u', content, version, savedAtMs: 0 })
}

/** Writes into the paper, as the page tells it. */
function write(editor: MinutesEditor, subject: string): void {
  editor.content.subject = subject
  editor.noticed(JSON.stringify(editor.content))
}

/** The time that the editor waits after the last change. */
const pause = () => vi.advanceTimersByTimeAsync(1200)

describe('saving', () => {
  test('comes once, a moment after the last change, on top of the version that was read', async () => {
    const editor = open()
    write(editor, 'a')
    await vi.advanceTimersByTimeAsync(800)
    write(editor, 'ab')
    expect([editor.state, host.asked.length]).toEqual(['unsaved', 0])
    await pause()
    expect(editor.state).toBe('saving')
    expect(host.last).toMatchObject({
      path: '/api/meetings/m/minutes',
      body: { version: 7, content: { subject: 'ab' } },
    })
    await host.last.answer({ version: 8 })
    expect([editor.state, editor.version, kept.size]).toEqual(['saved', 8, 0])
  })

  test('what is typed while a save is on its way is saved after it, on top of it', async () => {
    const editor = open()
    write(editor, 'a')
    await pause()
    write(editor, 'ab')
    await host.last.answer({ version: 8 })
    expect(editor.state).toBe('unsaved')
    await pause()
    expect(host.last.body).toMatchObject({ version: 8, content: { subject: 'ab' } })
    await host.last.answer({ version: 9 })
    expect(editor.state).toBe('saved')
  })

  test('what is taken back before it was saved is not saved', async () => {
    const editor = open()
    write(editor, 'a')
    write(editor, written.subject)
    expect([editor.state, kept.size]).toEqual(['saved', 0])
    await pause()
    expect(host.asked).toEqual([])
  })

  test('what is taken back while its save is on its way is saved as it was', async () => {
    const editor = open()
    write(editor, 'a')
    await pause()
    write(editor, written.subject)
    expect(editor.state).toBe('unsaved')
    await host.last.answer({ version: 8 })
    await pause()
    expect(host.last.body).toMatchObject({ version: 8, content: { subject: written.subject } })
  })

  test('can be asked for at once, and waits for the save that is on its way', async () => {
    const editor = open()
    write(editor, 'a')
    await pause()
    write(editor, 'ab')
    const flushed = editor.flush()
    await host.last.answer({ version: 8 })
    expect(host.last.body).toMatchObject({ version: 8 })
    await host.last.answer({ version: 9 })
    await flushed
    expect(editor.state).toBe('saved')
  })

  test('that failed for the moment is tried again by itself; the text is kept in the tab', async () => {
    const editor = open()
    write(editor, 'a')
    await pause()
    await host.last.lose()
    expect([editor.state, editor.failure, kept.size]).toEqual(['failed', 'timeout', 1])
    await vi.advanceTimersByTimeAsync(5000)
    await host.last.answer({ version: 8 })
    expect([editor.state, editor.failure, kept.size]).toEqual(['saved', null, 0])
  })

  test('that can never succeed is not repeated', async () => {
    const editor = open()
    write(editor, 'a')
    await pause()
    await host.last.refuse('too_large')
    await vi.advanceTimersByTimeAsync(60_000)
    expect([editor.state, editor.failure, host.asked.length]).toEqual(['failed', 'too_large', 1])
  })

  test('ends with the page', async () => {
    const editor = open()
    write(editor, 'a')
    editor.close()
    await pause()
    expect(host.asked).toEqual([])
  })
})

describe('a version of somebody else', () => {
  async function meet(): Promise<MinutesEditor> {
    const editor = open()
    write(editor, 'mine')
    await pause()
    await host.last.refuse('conflict')
    await host.last.answer({ version: 9, content: { ...written, subject: 'theirs' } })
    return editor
  }

  test('is told, and nothing more is saved until the writer has chosen', async () => {
    const editor = await meet()
    write(editor, 'mine too')
    await vi.advanceTimersByTimeAsync(60_000)
    expect([editor.state, host.asked.length]).toEqual(['conflict', 2])
    expect(kept.size).toBe(1)
  })

  test('is replaced when the writer says so, and stays in the history', async () => {
    const editor = await meet()
    expect(editor.disputes.map(({ place, theirs }) => [place, theirs])).toEqual([['subject', ['theirs']]])
    editor.choose(editor.disputes[0] ?? null, 'mine')
    expect([editor.state, editor.disputes]).toEqual(['unsaved', []])
    await pause()
    expect(host.last.body).toMatchObject({ version: 9, isApart: true, content: { subject: 'mine' } })
    await host.last.answer({ version: 10 })
    expect([editor.state, editor.version, kept.size]).toEqual(['saved', 10, 0])
  })

  test('is taken when the writer says so, and one’s own comes back by undoing', async () => {
    const editor = await meet()
    editor.choose(null, 'theirs')
    expect([editor.content.subject, editor.state, kept.size]).toEqual(['theirs', 'saved', 0])
    editor.undo()
    expect([editor.content.subject, editor.state]).toEqual(['mine', 'unsaved'])
  })

  test('that says something elsewhere comes into the page, and both are saved', async () => {
    const editor = open()
    write(editor, 'mine')
    await pause()
    await host.last.refuse('conflict')
    await host.last.answer({
      version: 9,
      content: { ...written, place: 'Ba Đình', recipients: ['Như trên'] },
    })
    expect([editor.state, editor.hasMerged, editor.content.place]).toEqual(['unsaved', true, 'Ba Đình'])
    await pause()
    expect(host.last.body).toMatchObject({
      version: 9,
      content: { subject: 'mine', place: 'Ba Đình', recipients: ['Như trên'] },
    })
    await host.last.answer({ version: 10 })
    editor.undo()
    expect([editor.content.subject, editor.content.place]).toEqual([written.subject, 'Ba Đình'])
  })

  test('that cannot be read is asked for again', async () => {
    const editor = open()
    write(editor, 'mine')
    await pause()
    await host.last.refuse('conflict')
    await host.last.lose()
    expect([editor.state, editor.failure]).toEqual(['failed', 'timeout'])
    await vi.advanceTimersByTimeAsync(5000)
    await host.last.refuse('conflict')
    await host.last.answer({ version: 9, content: { ...written, subject: 'theirs' } })
    expect([editor.state, editor.failure, editor.disputes.length]).toEqual(['conflict', null, 1])
  })

  test('tells where rows of the page go, before they do', async () => {
    const editor = open(7, { ...written, conclusions: ['a'] })
    let told: unknown
    editor.onmove = (moved) => (told = [[...moved], editor.content.conclusions.length])
    write(editor, 'mine')
    await pause()
    await host.last.refuse('conflict')
    await host.last.answer({ version: 9, content: { ...written, conclusions: ['theirs', 'a'] } })
    expect(told).toEqual([[['conclusions.0', 'conclusions.1']], 1])
  })

  test('that is one’s own, whose answer was lost, is no conflict', async () => {
    const editor = open()
    write(editor, 'mine')
    await pause()
    await host.last.refuse('conflict')
    await host.last.answer({ version: 8, content: { ...written, subject: 'mine' } })
    expect([editor.state, editor.version]).toEqual(['saved', 8])
  })
})

describe('text kept in the tab', () => {
  function leaveUnsaved(): void {
    const earlier = open()
    write(earlier, 'kept')
    earlier.close()
  }

  test('is taken up again and saved', async () => {
    leaveUnsaved()
    const editor = open()
    editor.restore()
    expect([editor.isRestored, editor.content.subject, editor.state]).toEqual([true, 'kept', 'unsaved'])
    await pause()
    expect(host.last.body).toMatchObject({ version: 7, content: { subject: 'kept' } })
  })

  test('that was written on an earlier version is shown as a conflict', async () => {
    leaveUnsaved()
    const editor = open(8, { ...written, subject: 'theirs', place: 'Ba Đình' })
    editor.restore()
    expect([editor.content.subject, editor.content.place, editor.state]).toEqual([
      'kept',
      'Ba Đình',
      'conflict',
    ])
    await pause()
    expect(host.asked).toEqual([])
  })

  test('that was stored meanwhile, or cannot be read, is dropped', () => {
    leaveUnsaved()
    open(8, { ...written, subject: 'kept' }).restore()
    expect(kept.size).toBe(0)
    leaveUnsaved()
    for (const key of kept.keys()) kept.set(key, 'half wri')
    const editor = open()
    editor.restore()
    expect([editor.isRestored, editor.state]).toEqual([false, 'saved'])
  })
})

test('what is undone is saved too, and can be redone', async () => {
  const editor = open()
  write(editor, 'a')
  await pause()
  await host.last.answer({ version: 8 })
  editor.undo()
  expect([editor.content.subject, editor.state, editor.canRedo]).toEqual([written.subject, 'unsaved', true])
  await pause()
  expect(host.last.body).toMatchObject({ version: 8, content: { subject: written.subject } })
  editor.redo()
  expect([editor.content.subject, editor.canUndo, editor.canRedo]).toEqual(['a', true, false])
})
