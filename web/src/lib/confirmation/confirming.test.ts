import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Confirming } from './confirming.svelte.ts'

// The framework's ways: what a form hands over to be called when it is sent, and what becomes of an answer.
const framework = vi.hoisted(() => ({
  enhance: vi.fn<(form: unknown, submit: unknown) => { destroy(): void }>(),
  applyAction: vi.fn<(result: unknown) => Promise<void>>(() => Promise.resolve()),
  refreshAll: vi.fn<() => Promise<void>>(() => Promise.resolve()),
}))
vi.mock('$app/forms', () => ({
  ...framework,
  deserialize: (text: string): unknown => JSON.parse(text),
}))
vi.mock('$app/navigation', () => framework)
// The page's own form was not sent without its script.
vi.mock('$app/state', () => ({ page: { form: null } }))

const needed = { type: 'failure', data: { error: { code: 'confirmation_needed' } } }
const success = { type: 'success', data: { isDone: true } }
const action = new URL('http://localhost/admin/people?/disable')
type Answer = { result: unknown; update: (options?: { reset?: boolean }) => Promise<void> }
type Sent = Parameters<Parameters<Confirming['enhance']>[1]>[0]

let fetched: { url: string; body: string }[]
let answers: (object | Error)[]
const reset = vi.fn<() => void>()
beforeEach(() => {
  fetched = []
  answers = []
  vi.stubGlobal('fetch', (url: URL, { body }: { body: URLSearchParams }) => {
    fetched.push({ url: url.href, body: body.toString() })
    const answer = answers.shift()
    return answer instanceof Error
      ? Promise.reject(answer)
      : Promise.resolve(new Response(JSON.stringify(answer)))
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

/** Sends a form below a confirming layout; what the page does with `first`, and with what it became. */
async function send(confirming: Confirming, first: object, submit?: (sent: Sent) => unknown) {
  const formData = new FormData()
  formData.append('userId', 'u1')
  formData.append('isDisabled', 'true')
  const formElement = { reset }
  framework.enhance.mockReturnValueOnce({ destroy: () => undefined })
  // The framework hands `submit` more than is looked at here.
  Reflect.apply(confirming.enhance, undefined, [formElement, submit ?? (() => undefined)])
  const [, sendIt] = framework.enhance.mock.lastCall ?? expect.fail('the form was not enhanced')
  const show: unknown = await Reflect.apply(sendIt as () => unknown, undefined, [{ action, formData }])
  const update = vi.fn<Answer['update']>(() => Promise.resolve())
  const shown = Reflect.apply(show as () => Promise<void>, undefined, [
    { result: first, formElement, update },
  ])
  return { shown, update }
}

describe('a form whose act asks for no confirmation', () => {
  it.each([success, { type: 'failure', data: { invalid: ['name'] } }])(
    'is answered as ever',
    async (first) => {
      const confirming = new Confirming()
      const { shown, update } = await send(confirming, first)
      await shown
      expect([update.mock.calls, confirming.isAsked, fetched]).toEqual([[[]], false, []])
    },
  )

  it('is shown by the component that sent it', async () => {
    const shows = vi.fn<(answer: Answer) => void>()
    const { shown, update } = await send(new Confirming(), success, () => shows)
    await shown
    expect(shows).toHaveBeenCalledWith(expect.objectContaining({ result: success }))
    expect(update).not.toHaveBeenCalled()
  })
})

describe('a form whose act asks for a confirmation', () => {
  it('is sent again, as it was, once it is confirmed; then the page shows the new answer', async () => {
    const confirming = new Confirming()
    answers = [success]
    const { shown, update } = await send(confirming, needed)
    await vi.waitFor(() => expect(confirming.isAsked).toBe(true))
    expect(fetched).toEqual([])
    confirming.answer(true)
    await shown
    expect(fetched).toEqual([{ url: action.href, body: 'userId=u1&isDisabled=true' }])
    expect([confirming.isAsked, update.mock.calls]).toEqual([false, []])
    expect(reset).toHaveBeenCalledOnce()
    expect(framework.refreshAll).toHaveBeenCalledOnce()
    expect(framework.applyAction).toHaveBeenCalledWith(success)
  })

  it('keeps what was typed, and refreshes nothing, when the second answer is a refusal', async () => {
    const confirming = new Confirming()
    const refused = { type: 'failure', data: { invalid: ['name'] } }
    answers = [refused]
    const { shown } = await send(confirming, needed)
    confirming.answer(true)
    await shown
    expect(framework.applyAction).toHaveBeenCalledWith(refused)
    expect([reset.mock.calls, framework.refreshAll.mock.calls]).toEqual([[], []])
  })

  it('is not sent again when nobody confirms: the refusal stands', async () => {
    const confirming = new Confirming()
    const { shown, update } = await send(confirming, needed)
    confirming.answer(false)
    await shown
    expect([update.mock.calls.length, fetched]).toEqual([1, []])
  })

  it('keeps the refusal when the second sending is lost, and what was confirmed stays so', async () => {
    const confirming = new Confirming()
    answers = [new TypeError('Failed to fetch')]
    const { shown, update } = await send(confirming, needed)
    confirming.answer(true)
    await shown
    expect([update.mock.calls.length, fetched.length]).toEqual([1, 1])
  })
})

it('is one question for all who ask meanwhile, and a new one for who asks later', async () => {
  const confirming = new Confirming()
  const asked = [confirming.ask(), confirming.ask()]
  confirming.answer(true)
  expect(await Promise.all(asked)).toEqual([true, true])
  confirming.answer(true) // nobody asks
  const later = confirming.ask()
  confirming.answer(false)
  expect(await later).toBe(false)
})
