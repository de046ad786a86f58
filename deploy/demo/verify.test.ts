import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ffmpeg } from '../testing/videoOracle.ts'
import { readBurntIn } from './cameras.ts'
import * as story from './story.ts'
import { verify } from './verify.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'diem-cau-demo-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content)
const problemsOf = async (name: string, recordedSeconds = 3) =>
  (await verify(folder, [], recordedSeconds)).find((one) => one.name === name)?.problems

describe('what the demo says of its results', () => {
  it('names everything that is missing', async () => {
    const findings = await verify(folder, [], 60)
    expect(findings.map(({ name, problems }) => [name, problems])).toEqual([
      ['recording.mp4', ['is missing']],
      ['minutes.pdf', ['is missing']],
      ['minutes.docx', ['is missing']],
      ['attendance.csv', ['is missing']],
      ['screenshots', ['are missing']],
    ])
  })

  it('tells empty and unreadable files from good ones', async () => {
    for (const name of ['recording.mp4', 'minutes.docx']) put(name, 'nothing of the kind')
    put('minutes.pdf', '')
    expect(await problemsOf('minutes.pdf')).toEqual(['is empty'])
    expect(String(await problemsOf('minutes.docx'))).toMatch(/cannot be read/)
    expect(String(await problemsOf('recording.mp4'))).toMatch(/cannot be read/)
  })

  it('does not take a silent grey film for a recording', async () => {
    const path = join(folder, 'recording.mp4')
    await ffmpeg([
      ...['-v', 'error', '-f', 'lavfi', '-i', 'color=gray:s=1280x720:r=25:d=3'],
      ...['-f', 'lavfi', '-i', 'anullsrc=d=3', '-shortest', path],
    ])
    const problems = String(await problemsOf('recording.mp4', 60))
    expect(problems).toMatch(/lasts 3\.\d s of 60\.0 s/)
    expect(problems).toMatch(/is silent/)
    expect(problems).toMatch(/shows the site in 0 pictures only/)
  })

  it('misses names, titles and times', async () => {
    put(
      'minutes.docx',
      zipSync({ 'word/document.xml': strToU8(`<w:p>BIÊN BẢN ${story.meeting.title}</w:p>`) }),
    )
    put(
      'attendance.csv',
      `STT,Họ và tên\r\n1,${story.chair.name},07:49:06,07:49:56,00:00:50\r\n2,${story.site.name}\r\n`,
    )
    expect(await problemsOf('minutes.docx')).toContain(`lacks “${story.chair.name}”`)
    expect(await problemsOf('minutes.docx')).not.toContain(`lacks “${story.meeting.title}”`)
    expect(await problemsOf('attendance.csv')).toEqual([
      `lacks “${story.secretary.name}”`,
      `has no times of “${story.site.name}”`,
    ])
  })
})

describe('the squares that a camera burns in', () => {
  it('hold the camera and the counter, and are refused where they are not plain', () => {
    const white = new Set([0, 1, 2, 9]) // camera 3; counter 1 + 128
    const bitAt = (x: number) => Math.round((x * 640 - 16 - 7) / 18)
    expect(readBurntIn((x) => (white.has(bitAt(x)) ? 235 : 16))).toEqual({ camera: 3, counter: 129 })
    expect(readBurntIn((x) => (bitAt(x) === 4 ? 120 : 16))).toBeNull()
  })
})
