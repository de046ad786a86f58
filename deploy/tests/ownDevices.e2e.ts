import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call as texts } from '#web/call/call.vi.ts'
import { CallPage } from '../testing/callPage.ts'
import { newCity, startOffice, planMeeting, type City, type Office } from '../testing/city.ts'
import { speechFile } from '../testing/pictures.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'

let platform: PlatformProcess
let office: Office
let city: City
let chair: CallPage
let delegate: CallPage

beforeAll(async () => {
  platform = await startPlatformProcess({ MEDIA_WORKERS: '1' })
  office = await startOffice(platform.dataDir)
  city = await newCity(office)
  const meetingId = (await planMeeting(office, city)).id
  const microphone = speechFile('Kính thưa các đồng chí, hôm nay chúng ta họp giao ban tháng mười một.')
  chair = await CallPage.start(platform.url, meetingId, city.chair.cookie, { microphone })
  await chair.join()
  delegate = await CallPage.start(platform.url, meetingId, city.delegate.cookie, { hasNoDevices: true })
  await delegate.join()
  await chair.page.evaluate(() => {
    const { mediaDevices } = navigator
    const open = mediaDevices.getUserMedia.bind(mediaDevices)
    const state = Object.assign(window, { fault: null as string | null, opened: [] as MediaStreamTrack[] })
    mediaDevices.getUserMedia = async (wish) => {
      if (state.fault && wish?.audio) throw new DOMException('as told', state.fault)
      const stream = await open(wish)
      state.opened.push(...stream.getAudioTracks())
      return stream
    }
  })
})

afterAll(async () => {
  await delegate?.close()
  await chair?.close()
  await office?.close()
  await platform?.stop()
  platform?.remove()
})

/** What the browser answers when a microphone is asked for; null lets it open one. */
const fail = (name: string | null) => chair.page.evaluate((fault) => Object.assign(window, { fault }), name)

/** Chooses the microphone at that place of the list, as a person does in the call. */
async function chooseMicrophone(index: number): Promise<string> {
  await chair.choose(texts.deviceSettings)
  const list = chair.page.getByRole('combobox', { name: texts.microphone })
  const id = await list.locator('option').nth(index).getAttribute('value')
  await list.selectOption({ index })
  return id ?? ''
}

const closeDialog = () => chair.page.keyboard.press('Escape')
const button = (name: string) => chair.page.getByRole('button', { name, exact: true })

async function isHeard(): Promise<void> {
  await button(texts.micOff).waitFor()
  await expect.poll(() => delegate.loudness(1500), { timeout: 20_000 }).toBeGreaterThan(0.01)
}

async function isNotHeard(): Promise<void> {
  await button(texts.micOn).waitFor()
  await expect.poll(() => delegate.loudness(1500), { timeout: 20_000 }).toBeLessThan(0.002)
  await delegate.page.getByRole('article', { name: new RegExp(`^${city.chair.name}`) }).waitFor()
}

describe('a microphone that was chosen and cannot be opened', () => {
  it.each(['NotReadableError', 'NotAllowedError', 'NotFoundError', 'OverconstrainedError', 'AbortError'])(
    'is not heard, and its page says so: %s',
    async (name) => {
      await isHeard()
      await fail(name)
      await chooseMicrophone(1)
      await closeDialog()
      await isNotHeard()
      // Asked to be on, it still cannot be.
      await button(texts.micOn).click()
      await isNotHeard()
      await fail(null)
      await button(texts.micOn).click()
      await isHeard()
      await chooseMicrophone(0)
      await closeDialog()
      await isHeard()
    },
  )
})

describe('another microphone chosen while muted', () => {
  it('is the one that is heard afterwards', async () => {
    await button(texts.micOff).click()
    await isNotHeard()
    const chosen = await chooseMicrophone(2)
    await closeDialog()
    await isNotHeard()
    await button(texts.micOn).click()
    await isHeard()
    const sent = await chair.page.evaluate(() => {
      const { keptConnections = [] } = window as Window & { keptConnections?: RTCPeerConnection[] }
      const tracks = keptConnections.flatMap((c) => c.getSenders().map((sender) => sender.track))
      return tracks.find((track) => track?.kind === 'audio' && track.readyState === 'live')?.getSettings()
    })
    expect(sent?.deviceId).toBe(chosen)
  })
})

describe('a microphone that breaks off while it is on', () => {
  const breakOff = () =>
    chair.page.evaluate(() => {
      const { opened = [] } = window as Window & { opened?: MediaStreamTrack[] }
      const track = opened.findLast((candidate) => candidate.readyState === 'live')
      track?.stop()
      track?.dispatchEvent(new Event('ended')) // stop() by a page tells nobody
    })

  it('is replaced where there is another', async () => {
    await isHeard()
    await breakOff()
    await isHeard()
  })

  it('is off where there is none', async () => {
    await fail('NotFoundError')
    await breakOff()
    await isNotHeard()
    await fail(null)
    await button(texts.micOn).click()
    await isHeard()
  })
})

describe('a microphone whose level cannot be measured', () => {
  it('is heard, and its page says so', async () => {
    await chair.page.evaluate(() => {
      AudioContext.prototype.createMediaStreamSource = () => {
        throw new DOMException('another sample rate', 'NotSupportedError')
      }
    })
    await chooseMicrophone(1)
    await closeDialog()
    await isHeard()
    await button(texts.micOff).click()
    await isNotHeard()
  })
})
