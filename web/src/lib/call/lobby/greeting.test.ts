import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { AppError } from '#contract/errors.ts'
import type { CallHello } from '#contract/replies.ts'
import { helloOf } from '#web/call/testing/testSeat.svelte.ts'
import { TestSignal } from '#web/call/testing/testSignal.ts'
import { Greeting } from './greeting.svelte.ts'

let signal: TestSignal
let greeting: Greeting
let phases: string[]
let warnings: string[]

beforeEach(() => {
  vi.useFakeTimers()
  phases = []
  warnings = []
  signal = new TestSignal()
  signal.answers = { 'call:hello': () => helloOf({ phase: 'waiting' }) }
  greeting = new Greeting(signal, {
    onPhase: (phase) => phases.push(phase),
    onWarning: (event) => warnings.push(event),
  })
})
afterEach(() => {
  greeting.close()
  vi.useRealTimers()
})

const news = (phase: CallHello['phase']) =>
  signal.tell('lobby:changed', { phase, isRecording: true, present: { names: ['An'], count: 1 } })

it('what was said stays true with the news of the waiting room', async () => {
  news('open')
  expect([greeting.hello, phases]).toEqual([null, []])
  await greeting.ask()
  news('open')
  expect(greeting.hello).toMatchObject({
    phase: 'open',
    isRecording: true,
    meeting: { title: 'Họp giao ban' },
  })
  expect(phases).toEqual(['open'])
})

it('a meeting that changed is asked for once, however often that is told', async () => {
  signal.tell('meeting:changed', {})
  signal.tell('meeting:changed', {})
  await vi.advanceTimersByTimeAsync(500)
  expect(signal.asked).toEqual(['call:hello'])
  expect(greeting.hello?.phase).toBe('waiting')
})

it('a question that failed leaves what was said, and is warned of', async () => {
  await greeting.ask()
  signal.answers = { 'call:hello': () => Promise.reject(new AppError('timeout')) }
  signal.tell('meeting:changed', {})
  await vi.advanceTimersByTimeAsync(500)
  expect(warnings).toEqual(['greetingFailed'])
  expect(greeting.hello?.phase).toBe('waiting')
})

it('once closed it asks no more', async () => {
  signal.tell('meeting:changed', {})
  greeting.close()
  await vi.advanceTimersByTimeAsync(500)
  expect(signal.asked).toEqual([])
})
