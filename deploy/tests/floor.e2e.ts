import AxeBuilder from '@axe-core/playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MeetingId } from '#contract/ids.ts'
import { call as texts } from '#web/call/call.vi.ts'
import { floorWords as words } from '#web/call/floor/floorWords.vi.ts'
import { CallPage } from '../testing/callPage.ts'
import { planMeeting } from '../testing/city.ts'
import { OfficeHarness } from '../testing/officeHarness.ts'

// A sitting in which speaking is asked for and given.

let harness: OfficeHarness
let meetingId: MeetingId
let chair: CallPage
let delegate: CallPage

beforeAll(async () => {
  harness = await OfficeHarness.start()
  const { office, city, url } = harness
  meetingId = (await planMeeting(office, city, { kind: 'council_session' })).id
  chair = await CallPage.start(url, meetingId, city.chair.cookie)
  await chair.join()
  delegate = await CallPage.start(url, meetingId, city.delegate.cookie, {
    width: 390,
    height: 844,
  })
  await delegate.join()
  await harness.join(meetingId, city.secretary)
})
afterAll(async () => {
  await chair?.close()
  await delegate?.close()
  await harness?.close()
})

const patient = { timeout: 20_000 }
const panel = () => chair.page.getByRole('tabpanel')
const isLarge = async (name: string): Promise<boolean> => {
  const box = await chair.page.locator(`article[aria-label^="${name}"]`).first().boundingBox()
  return (box?.width ?? 0) > 500
}

describe('the floor', () => {
  it('asked for outlives a reload of the page, and stands on the chair’s list as what it is', async () => {
    await delegate.page.keyboard.press('h')
    await chair.panel(texts.hands)
    await panel().getByText(harness.city.delegate.name).waitFor()
    await delegate.page.reload()
    await delegate.page.getByRole('button', { name: texts.lowerHand }).waitFor()
    await chair.panel(texts.people)
    await chair.choose(texts.muteAllForbid, texts.muteAll)
    await delegate.page.getByRole('button', { name: texts.micForbidden }).waitFor()
  })

  it('is given on one key under a ban: one tap opens the microphone, the picture comes on stage, the time runs', async () => {
    await chair.panel(texts.hands)
    await chair.page.keyboard.press('n')
    const prompt = delegate.page.getByRole('alertdialog', { name: words.prompt })
    await prompt.waitFor()
    const { violations } = await new AxeBuilder({ page: delegate.page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
      .analyze()
    expect(violations.map(({ id }) => id)).toEqual([])
    await prompt.getByRole('button', { name: words.openMicrophone }).click()
    await prompt.waitFor({ state: 'detached' })
    await delegate.page.getByRole('button', { name: texts.micOff, exact: true }).waitFor()
    await expect.poll(() => isLarge(harness.city.delegate.name), patient).toBe(true)
    for (const page of [chair.page, delegate.page]) {
      await expect
        .poll(() => page.getByRole('timer').first().textContent(), patient)
        .toMatch(/^\s*6:\d\d\s*$/)
    }
    await chair.page.keyboard.press('+')
    await expect.poll(() => chair.page.getByRole('timer').first().textContent()).toMatch(/^\s*7:\d\d\s*$/)
    expect(chair.complaints).toEqual([])
  })

  it('that is ended closes the microphone, and the ban is back', async () => {
    await chair.page.keyboard.press('e')
    await delegate.page.getByRole('button', { name: texts.micForbidden }).waitFor()
    await panel().getByText(words.nobodyNow).waitFor()
    await expect.poll(() => isLarge(harness.city.delegate.name), patient).toBe(false)
  })
})
