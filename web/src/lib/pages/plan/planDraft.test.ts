import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { newFakeTabStore } from '#web/testing/fakeHost.ts'
import { PlanDraft } from './planDraft.ts'
import { emptyFields } from './planFields.ts'

const typed = { ...emptyFields('unit', Date.parse('2026-11-23T14:30:00+07:00')), title: 'Họp giao ban' }
const fields = { fields: typed, base: { ...typed, title: '' } }
let store: Map<string, string>
beforeEach(() => {
  store = newFakeTabStore()
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

it('is read as it was kept, by another page of the same tab', () => {
  new PlanDraft('m1', 'lan').keep(fields)
  expect(new PlanDraft('m1', 'lan').read()).toEqual(fields)
})

it('is of one plan and one person: others, and a new plan, have none of it', () => {
  new PlanDraft('m1', 'lan').keep(fields)
  for (const other of [
    new PlanDraft('m2', 'lan'),
    new PlanDraft('m1', 'hoa'),
    new PlanDraft(undefined, 'lan'),
  ])
    expect(other.read()).toBeNull()
})

it('is gone once it was saved or is no longer wanted', () => {
  const draft = new PlanDraft(undefined, 'lan')
  draft.keep(fields)
  draft.drop()
  expect([draft.read(), store.size]).toEqual([null, 0])
})

it('that cannot be read any more is none', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const draft = new PlanDraft('m1', 'lan')
  draft.keep(fields)
  for (const [key, text] of store) store.set(key, text.slice(1))
  expect(draft.read()).toBeNull()
  expect(warn).toHaveBeenCalledWith('keptPlanUnreadable', expect.any(SyntaxError))
})

it('that the tab has no room for is not kept, and stops nobody from writing', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const setItem = () => {
    throw new DOMException('full', 'QuotaExceededError')
  }
  vi.stubGlobal('sessionStorage', { getItem: () => null, setItem })
  const draft = new PlanDraft('m1', 'lan')
  draft.keep(fields)
  expect(draft.read()).toBeNull()
  expect(warn).toHaveBeenCalledOnce()
})
