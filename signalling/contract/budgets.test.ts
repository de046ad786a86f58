import { describe, expect, it } from 'vitest'
import { Budgets } from './budgets.ts'

const size = { burst: 10, perSecond: 1 }

describe('a budget', () => {
  it('is one for each key, and refills with time', () => {
    const budgets = new Budgets<string>({ ...size, maxKeys: 100 })
    expect(budgets.take('an', 10, 0)).toBe(true)
    expect(budgets.take('an', 1, 0)).toBe(false)
    expect(budgets.take('binh', 10, 0)).toBe(true)
    expect(budgets.take('an', 2, 2000)).toBe(true)
    expect(budgets.take('an', 1, 2000)).toBe(false)
  })

  it('is forgotten once it is full again, and of too many the one longest unused', () => {
    const budgets = new Budgets<string>({ ...size, maxKeys: 3 })
    for (const key of ['a', 'b', 'c']) budgets.take(key, 5, 0)
    budgets.take('a', 5, 1000)
    budgets.take('d', 1, 1000)
    expect(budgets.size).toBe(3)
    // It is empty still: those that were used before it made room.
    expect(budgets.take('a', 5, 1000)).toBe(false)
    budgets.take('e', 1, 60_000)
    expect(budgets.size).toBe(1)
  })

  it('can be looked at without taking', () => {
    const budgets = new Budgets<string>({ ...size, maxKeys: 3 })
    expect(budgets.has('a', 10, 0)).toBe(true)
    expect(budgets.size).toBe(0)
    budgets.take('a', 10, 0)
    expect(budgets.has('a', 1, 0)).toBe(false)
    expect(budgets.has('a', 1, 1000)).toBe(true)
  })
})
