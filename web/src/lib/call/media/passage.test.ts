import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Passage } from './passage.svelte.ts'

describe('the passage of media', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is blocked when they do not get through within 5 seconds, over new tickets too, until they do', () => {
    const passage = new Passage()
    passage.observe('new')
    passage.observe('connecting')
    vi.advanceTimersByTime(3000)
    expect(passage.isBlocked).toBe(false)
    vi.advanceTimersByTime(2000)
    expect(passage.isBlocked).toBe(true)
    for (const state of ['interrupted', 'new', 'connecting'] as const) passage.observe(state)
    expect(passage.isBlocked).toBe(true)
    passage.observe('connected')
    vi.advanceTimersByTime(60_000)
    expect(passage.isBlocked).toBe(false)
  })

  it('has longer once they got through: a short break mends itself', () => {
    const passage = new Passage()
    passage.observe('connected')
    passage.observe('interrupted')
    vi.advanceTimersByTime(6000)
    passage.observe('connecting')
    expect(passage.isBlocked).toBe(false)
    vi.advanceTimersByTime(7000)
    expect(passage.isBlocked).toBe(true)
  })

  it('is not blocked where nothing is to pass', () => {
    const passage = new Passage()
    passage.observe('connecting')
    passage.observe('new')
    vi.advanceTimersByTime(60_000)
    expect(passage.isBlocked).toBe(false)
  })
})
