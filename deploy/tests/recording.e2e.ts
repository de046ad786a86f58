import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MeetingId } from '#contract/ids.ts'
import { call as texts } from '#web/call/call.vi.ts'
import type { RecordingItem } from '#office/recordings/recordings.ts'
import { median } from '../bench/metric.ts'
import { CallPage } from '../testing/callPage.ts'
import { drawScreen } from '../testing/inPage.ts'
import { newCity, startOffice, planMeeting, type City, type Office } from '../testing/city.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'
import { decodingErrors, greyFrames, readSynthetic, soundOnsets } from '../testing/videoOracle.ts'

let platform: PlatformProcess
let office: Office
let city: City
const folder = mkdtempSync(join(tmpdir(), 'diem-cau-recording-'))
const dataDir = join(folder, 'data')

beforeAll(async () => {
  platform = await startPlatformProcess({ DATA_DIR: dataDir })
  office = await startOffice(platform.dataDir)
  city = await newCity(office)
})

afterAll(async () => {
  await office?.close()
  await platform?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function untilReady(meetingId: MeetingId, timeoutMs = 120_000): Promise<RecordingItem> {
  return await expect
    .poll(
      async () => {
        const [recording] = await office.recordings.list(city.secretary.viewer, meetingId)
        if (recording?.state === 'failed') throw new Error(`The recording failed: ${recording.failureCode}`)
        return recording?.state
      },
      { timeout: timeoutMs, interval: 500 },
    )
    .toBe('ready')
    .then(async () => {
      const [recording] = await office.recordings.list(city.secretary.viewer, meetingId)
      if (!recording) throw new Error('The recording is gone')
      return recording
    })
}

async function download(recording: RecordingItem, cookie: string): Promise<string> {
  const response = await fetch(`${platform.url}/recordings/${recording.id}/video`, { headers: { cookie } })
  expect(response.status).toBe(200)
  const path = join(folder, `${recording.id}.mp4`)
  writeFileSync(
    path,
    await buffer(Readable.fromWeb(response.body as import('node:stream/web').ReadableStream)),
  )
  return path
}

/** The chair comes in with a picture and a sound that belong together, and records. */
async function startRecorded(meetingId: MeetingId): Promise<CallPage> {
  const chair = await CallPage.start(platform.url, meetingId, city.chair.cookie, {
    hasSyntheticDevices: true,
  })
  await chair.join()
  await chair.choose(texts.startRecording)
  await chair.page.getByText(texts.recording, { exact: true }).waitFor({ timeout: 20_000 })
  return chair
}

describe('a recorded meeting', () => {
  let meetingId: MeetingId
  let path: string

  it('is recorded with everybody told, and composed when the chair ends it', async () => {
    meetingId = (await planMeeting(office, city, { isRecordingPlanned: true })).id
    const chair = await startRecorded(meetingId)
    const guest = await CallPage.start(platform.url, meetingId, city.delegate.cookie, { hasNoDevices: true })
    await guest.page.getByText(texts.recordingRuns).waitFor()
    await guest.join()
    await guest.page.getByText(texts.recording, { exact: true }).waitFor()
    await chair.page.waitForTimeout(14_000)
    await chair.endForAll()
    await guest.page.getByRole('toolbar', { name: texts.controls }).waitFor({ state: 'hidden' })
    await guest.close()
    await chair.close()
    const recording = await untilReady(meetingId)
    expect(recording.durationMs).toBeGreaterThan(13_000)
    path = await download(recording, city.secretary.cookie)
  })

  it('decodes from end to end with its frame counter advancing', async () => {
    expect(await decodingErrors(path)).toBe('')
    const { counters } = readSynthetic(await greyFrames(path))
    const steps = counters.slice(1).map((value, i) => value - (counters[i] ?? 0))
    const forward = steps.filter((step) => step > 0 && step < 25).length
    expect(counters.length).toBeGreaterThan(250)
    expect(forward / steps.length).toBeGreaterThan(0.5)
    expect(new Set(counters).size).toBeGreaterThan(100)
  })

  it('has picture and sound together within 100 ms', async () => {
    const { flashes } = readSynthetic(await greyFrames(path))
    const beeps = await soundOnsets(path)
    const offsets = flashes.flatMap((flash) => {
      const nearest = beeps.toSorted((a, b) => Math.abs(a - flash) - Math.abs(b - flash))[0]
      return nearest !== undefined && Math.abs(nearest - flash) < 0.8 ? [(nearest - flash) * 1000] : []
    })
    console.log(`A/V offsets in ms: ${offsets.map((o) => o.toFixed(0)).join(', ')}`)
    expect(offsets.length).toBeGreaterThanOrEqual(4)
    expect(Math.abs(median(offsets))).toBeLessThan(100)
  })

  it('plays with seeking: ranges are answered as HTTP wants', async () => {
    const [recording] = await office.recordings.list(city.secretary.viewer, meetingId)
    const url = `${platform.url}/recordings/${recording?.id}/video`
    const headers = { cookie: city.secretary.cookie }
    const part = await fetch(url, { headers: { ...headers, range: 'bytes=100-199' } })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes 100-199/${recording?.sizeBytes}`)
    expect((await part.arrayBuffer()).byteLength).toBe(100)
    expect((await fetch(url, { headers: { ...headers, range: 'bytes=99999999999-' } })).status).toBe(416)
  })

  it('is kept from those who may not see it, as if it were not there', async () => {
    const [recording] = await office.recordings.list(city.secretary.viewer, meetingId)
    const url = `${platform.url}/recordings/${recording?.id}/video`
    const foreign = await fetch(url, { headers: { cookie: city.stranger.cookie } })
    const absent = await fetch(`${platform.url}/recordings/nosuchrecording/video`, {
      headers: { cookie: city.stranger.cookie },
    })
    expect(foreign.status).toBe(404)
    expect(absent.status).toBe(404)
    expect((await fetch(url, { redirect: 'manual' })).status).not.toBe(200)
  })

  it('becomes minutes whose text stands in the PDF, after the chair approved them', async () => {
    const draft = await office.minutes.createDraft(city.secretary.viewer, meetingId)
    const content = {
      ...draft.content,
      docNumber: '01',
      conclusions: ['Giao Văn phòng tổng hợp báo cáo trước ngày 30/11/2026.'],
    }
    const { version } = await office.minutes.save(city.secretary.viewer, meetingId, {
      version: draft.version,
      content,
    })
    await office.minutes.submit(city.secretary.viewer, meetingId, version)
    const submitted = await office.minutes.get(city.chair.viewer, meetingId)
    await office.minutes.approve(city.chair.viewer, meetingId, submitted?.version ?? 0)
    const approved = await office.minutes.get(city.secretary.viewer, meetingId)
    await office.minutes.publish(city.secretary.viewer, meetingId, approved?.version ?? 0)
    const response = await fetch(`${platform.url}/meetings/${meetingId}/minutes.pdf`, {
      headers: { cookie: city.delegate.cookie },
    })
    expect(response.status).toBe(200)
    const pdf = join(folder, 'minutes.pdf')
    writeFileSync(pdf, Buffer.from(await response.arrayBuffer()))
    const text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).normalize('NFC')
    for (const words of [
      'BIÊN BẢN',
      city.chair.name,
      city.delegate.name,
      'Báo cáo tình hình tháng 11',
      'Giao Văn phòng tổng hợp',
    ]) {
      expect(text.replace(/\s+/g, ' ')).toContain(words)
    }
  })
})

describe('a recorded meeting with a shared screen', () => {
  it('shows the screen that was shared before it began, and nothing is missing', async () => {
    const { id } = await planMeeting(office, city)
    const chair = await CallPage.start(platform.url, id, city.chair.cookie, { hasSyntheticDevices: true })
    await chair.join()
    await chair.page.evaluate(drawScreen)
    await chair.press(texts.share)
    const stop = chair.page.getByRole('button', { name: texts.stopSharing, exact: true }).first()
    await stop.waitFor()
    await chair.choose(texts.startRecording)
    await chair.page.getByText(texts.recording, { exact: true }).waitFor({ timeout: 20_000 })
    await chair.page.waitForTimeout(8_000)
    await stop.click()
    await chair.page.waitForTimeout(2_000)
    await chair.endForAll()
    await chair.close()
    const recording = await untilReady(id)
    expect(recording.faults).toEqual([])
    expect(recording.durationMs).toBeGreaterThan(9_000)
    const path = await download(recording, city.secretary.cookie)
    expect(await decodingErrors(path)).toBe('')
    // Left of the middle, where nothing but the screen lies.
    const levels = (await greyFrames(path)).map((frame) => frame[180 * 640 + 160] ?? 0)
    const shown = levels.slice(0, 8 * 25)
    expect(shown.filter((level) => level > 200).length).toBeGreaterThan(50)
    expect(shown.filter((level) => level > 40 && level < 130).length).toBeGreaterThan(50)
    // In the end only the camera’s own flash, one in two seconds, is as bright.
    expect(levels.slice(-25).filter((level) => level > 200).length).toBeLessThan(10)
  })
})

describe('a platform that dies while it records', () => {
  it('finishes the recording after the next start, with what was captured', async () => {
    const { id } = await planMeeting(office, city)
    const chair = await startRecorded(id)
    await chair.page.waitForTimeout(7000)
    await platform.kill()
    await chair.close()
    platform = await startPlatformProcess({ DATA_DIR: dataDir, SEAT_SECONDS: '2' })
    const ended = await CallPage.start(platform.url, id, city.chair.cookie, { hasNoDevices: true })
    await ended.join()
    await ended.endForAll()
    await ended.page.getByRole('toolbar', { name: texts.controls }).waitFor({ state: 'hidden' })
    await ended.close()
    const recording = await untilReady(id)
    expect(recording.durationMs).toBeGreaterThan(5000)
    expect(await decodingErrors(await download(recording, city.secretary.cookie))).toBe('')
  })
})
