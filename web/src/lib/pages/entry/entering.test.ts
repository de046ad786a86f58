import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Entering } from './entering.svelte.ts'

const replace = vi.fn<(url: string) => void>()
beforeEach(() => void vi.stubGlobal('location', { replace }))
afterEach(() => {
  replace.mockReset()
  vi.unstubAllGlobals()
})

const shown = () => Promise.resolve()

describe('the form of an entry page', () => {
  it('stays busy when it leads on, in the place of its own document', async () => {
    const entering = new Entering()
    const update = vi.fn(shown)
    await entering.submit()({ result: { type: 'redirect', location: '/today' }, update })
    expect(replace).toHaveBeenCalledWith('/today')
    expect(update).not.toHaveBeenCalled()
    expect(entering.isBusy).toBe(true)
  })

  it('can be sent again after a refusal, with what was typed', async () => {
    const entering = new Entering()
    const update = vi.fn<(options: { reset: boolean }) => Promise<void>>(shown)
    const answer = entering.submit()
    expect(entering.isBusy).toBe(true)
    await answer({ result: { type: 'failure' }, update })
    expect(update).toHaveBeenCalledWith({ reset: false })
    expect(entering.isBusy).toBe(false)
  })

  it('can be sent again when its answer could not be shown', async () => {
    const entering = new Entering()
    const update = () => Promise.reject(new TypeError('the network is away'))
    await expect(entering.submit()({ result: { type: 'error' }, update })).rejects.toThrow('away')
    expect(entering.isBusy).toBe(false)
  })
})
