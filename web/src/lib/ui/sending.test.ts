import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { noRefusal } from '#web/refusal.ts'
import { Sending } from './sending.svelte.ts'

// Nothing has the focus, and so nothing gets it back.
beforeEach(() => void vi.stubGlobal('document', { body: {}, activeElement: null }))
afterEach(() => void vi.unstubAllGlobals())

const success = { type: 'success' }
const failure = { type: 'failure', data: { invalid: ['name'] } }
const shown = () => Promise.resolve()
const nobody = () => undefined

/** What the page does with the answer to a press that is sent. */
function press(sending: Sending, onanswer: (isDone: boolean) => void | Promise<void> = nobody) {
  const cancel = vi.fn<() => void>()
  const answer = sending.submit(cancel, onanswer)
  expect(cancel).not.toHaveBeenCalled()
  if (!answer) throw new Error('the press was not sent')
  return answer
}

describe('a form on its way', () => {
  it('is busy from the press until the page shows the answer, of which it then tells', async () => {
    const sending = new Sending()
    expect(sending.isBusy).toBe(false)
    const told: [boolean, boolean][] = []
    const answer = press(sending, (isDone) => void told.push([isDone, sending.isBusy]))
    expect(sending.isBusy).toBe(true)
    const showing = Promise.withResolvers<void>()
    const update = vi.fn<(options: { reset: boolean }) => Promise<void>>(() => showing.promise)
    const end = answer({ result: success, update })
    await vi.waitFor(() => expect(update).toHaveBeenCalledWith({ reset: false }))
    expect([sending.isBusy, told]).toEqual([true, []])
    showing.resolve()
    await end
    expect([sending.isBusy, told]).toEqual([false, [[true, false]]])
  })

  it('sends no second press, and may be sent again after the first was answered', async () => {
    const sending = new Sending()
    const answer = press(sending)
    const cancel = vi.fn<() => void>()
    expect(sending.submit(cancel, nobody)).toBeUndefined()
    expect(cancel).toHaveBeenCalledOnce()
    await answer({ result: success, update: shown })
    await press(sending)({ result: success, update: shown })
    expect(sending.isBusy).toBe(false)
  })

  it('keeps what it was refused for beside what was typed, and loads nothing anew', async () => {
    const sending = new Sending()
    const update = vi.fn(shown)
    const told: [boolean, readonly string[]][] = []
    const answer = press(sending, (isDone) => void told.push([isDone, sending.refusal.invalid]))
    await answer({ result: failure, update })
    expect(told).toEqual([[false, ['name']]])
    expect(update).not.toHaveBeenCalled()
    expect([sending.isBusy, sending.refusal]).toEqual([false, { invalid: ['name'], code: null }])
  })

  it('is refused, too, by an answer that never came', async () => {
    const sending = new Sending()
    const result = { type: 'error', error: { code: 'timeout' } }
    await press(sending)({ result, update: shown })
    expect([sending.isBusy, sending.refusal]).toEqual([false, { invalid: [], code: 'timeout' }])
  })

  it('shows the last refusal until the next attempt succeeds, or it is forgotten', async () => {
    const sending = new Sending()
    await press(sending)({ result: failure, update: shown })
    const again = press(sending)
    expect(sending.refusal.invalid).toEqual(['name'])
    await again({ result: success, update: shown })
    expect(sending.refusal).toEqual(noRefusal)
    await press(sending)({ result: failure, update: shown })
    sending.clear()
    expect(sending.refusal).toEqual(noRefusal)
  })

  it('leaves a refusal to the page that shows it, and may be sent again when the page could not', async () => {
    const sending = new Sending({ isShownByPage: true })
    const update = vi.fn(shown)
    const told: boolean[] = []
    await press(sending, (isDone) => void told.push(isDone))({ result: failure, update })
    expect(update).toHaveBeenCalledWith({ reset: false })
    expect([told, sending.isBusy, sending.refusal]).toEqual([[false], false, noRefusal])
    const gone = () => Promise.reject(new Error('the page is gone'))
    await expect(press(sending)({ result: failure, update: gone })).rejects.toThrow('the page is gone')
    expect(sending.isBusy).toBe(false)
  })

  it('is busy while something else is done first, and stays here when that is not done', async () => {
    const sending = new Sending()
    const cancel = vi.fn<() => void>()
    const saving = Promise.withResolvers<boolean>()
    const first = sending.submitAfter(() => saving.promise, cancel)
    expect(sending.isBusy).toBe(true)
    expect(await sending.submitAfter(() => Promise.resolve(true), cancel)).toBeUndefined()
    expect(cancel).toHaveBeenCalledOnce()
    saving.resolve(false)
    expect(await first).toBeUndefined()
    expect([cancel.mock.calls.length, sending.isBusy]).toEqual([2, false])
    const broken = sending.submitAfter(() => Promise.reject(new Error('not saved')), cancel)
    await expect(broken).rejects.toThrow('not saved')
    expect([cancel.mock.calls.length, sending.isBusy]).toEqual([3, false])
    const answer = await sending.submitAfter(() => Promise.resolve(true), cancel)
    await answer?.({ result: success, update: shown })
    expect([cancel.mock.calls.length, sending.isBusy]).toEqual([3, false])
  })

  it('may be sent again when the page could not show the answer', async () => {
    const sending = new Sending()
    const update = () => Promise.reject(new Error('the page is gone'))
    await expect(press(sending)({ result: success, update })).rejects.toThrow('the page is gone')
    expect(sending.isBusy).toBe(false)
  })
})
