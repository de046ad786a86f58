import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stopTime } from '#web/testing/fakeHost.ts'
import { UndoSteps } from './undoSteps.svelte.ts'

beforeEach(stopTime)
afterEach(() => void vi.useRealTimers())

/** Types letter by letter into a field, `everyMs` apart; `text` is what is there before and after. */
function type(steps: UndoSteps, field: EventTarget, text: string, more: string, everyMs = 100): string {
  let current = text
  for (const letter of more) {
    vi.advanceTimersByTime(everyMs)
    steps.typed(field)
    steps.add(current)
    current += letter
  }
  return current
}

test('what is typed at one go into one field is undone at one go', () => {
  const steps = new UndoSteps()
  const text = type(steps, new EventTarget(), '', 'Khai mạc')
  expect(steps.undo(text)).toBe('')
  expect(steps.canUndo).toBe(false)
  expect(steps.redo('')).toBe('Khai mạc')
})

test('a pause, another field and a long go each begin a step', () => {
  const steps = new UndoSteps()
  const [first, second] = [new EventTarget(), new EventTarget()]
  let text = type(steps, first, '', 'a')
  vi.advanceTimersByTime(800)
  text = type(steps, first, text, 'b')
  text = type(steps, second, text, 'c')
  expect(steps.undo(text)).toBe('ab')
  expect(steps.undo('ab')).toBe('a')
  expect(steps.undo('a')).toBe('')
  text = type(steps, first, '', 'x'.repeat(50))
  expect(steps.undo(text)).toHaveLength(40)
})

test('what was not typed, such as a paragraph taken out, is a step of its own', () => {
  const steps = new UndoSteps()
  const field = new EventTarget()
  const text = type(steps, field, '', 'ab')
  steps.add(text)
  expect(steps.undo('')).toBe('ab')
  expect(steps.undo('ab')).toBe('')
})

test('a new change ends what could be redone', () => {
  const steps = new UndoSteps()
  steps.add('one')
  expect(steps.undo('two')).toBe('one')
  expect(steps.canRedo).toBe(true)
  steps.add('one')
  expect(steps.canRedo).toBe(false)
  expect(steps.redo('three')).toBeNull()
})

test('a hundred steps are kept', () => {
  const steps = new UndoSteps()
  for (let version = 0; version < 150; version++) steps.add(String(version))
  let count = 0
  for (let text: string | null = '150'; (text = steps.undo(text)) !== null;) count++
  expect(count).toBe(100)
})
