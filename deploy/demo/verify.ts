import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { gridRects, picture, type Rect } from '#recorder/composition/layout.ts'
import { decodingErrors, ffmpeg } from '../testing/videoOracle.ts'
import { counterRound, readBurntIn, sceneries } from './cameras.ts'
import * as story from './story.ts'

/** What was found of one result: what it holds, and what is wrong with it. */
export interface Finding {
  name: string
  facts: string
  problems: string[]
}

/** Frames a second that are looked at for the counter. */
const lookFps = 2

/** Looks into everything that the demo left. Never throws: whatever cannot be read is a problem of its result. */
export async function verify(
  folder: string,
  pictures: readonly string[],
  recordedSeconds: number,
): Promise<Finding[]> {
  return [
    await look(folder, 'recording.mp4', (path) => lookAtRecording(path, recordedSeconds)),
    await look(folder, 'minutes.pdf', lookAtPdf),
    await look(folder, 'minutes.docx', lookAtDocx),
    await look(folder, 'attendance.csv', lookAtCsv),
    lookAtPictures(pictures),
  ]
}

async function look(
  folder: string,
  name: string,
  read: (path: string) => Promise<Omit<Finding, 'name'>> | Omit<Finding, 'name'>,
): Promise<Finding> {
  const path = join(folder, name)
  if (!existsSync(path)) return { name, facts: '', problems: ['is missing'] }
  const size = statSync(path).size
  if (size === 0) return { name, facts: '', problems: ['is empty'] }
  try {
    const { facts, problems } = await read(path)
    return { name, facts: [`${Math.ceil(size / 1024)} kB`, facts].join(', '), problems }
  } catch (error) {
    return { name, facts: '', problems: [`cannot be read: ${String(error).slice(0, 500)}`] }
  }
}

async function lookAtRecording(path: string, recordedSeconds: number): Promise<Omit<Finding, 'name'>> {
  const problems: string[] = []
  const errors = await decodingErrors(path)
  if (errors) problems.push(`does not decode: ${errors.slice(0, 300)}`)
  const { stderr } = await ffmpeg(['-i', path, '-af', 'volumedetect', '-vn', '-f', 'null', '-'])
  const seconds = clockSeconds(/Duration: ([\d:.]+)/.exec(stderr)?.[1] ?? '')
  if (Math.abs(seconds - recordedSeconds) > 8)
    problems.push(`lasts ${seconds.toFixed(1)} s of ${recordedSeconds.toFixed(1)} s recorded`)
  const loudness = Number(/mean_volume: ([-\d.]+) dB/.exec(stderr)?.[1] ?? Number.NaN)
  if (!(loudness > -45)) problems.push(`is silent (${loudness} dB)`)
  const codecs = [...stderr.matchAll(/(?:Video|Audio): (\w+)/g)].map((m) => m[1]).slice(0, 2)
  const counters = await siteCounters(path)
  const steps = counters
    .slice(1)
    .map((value, i) => (value - (counters[i] ?? 0) + counterRound) % counterRound)
  const expected = sceneriesFps / lookFps
  const forward = steps.filter((step) => step > 0 && step < 3 * expected).length
  if (counters.length < seconds / 2) problems.push(`shows the site in ${counters.length} pictures only`)
  else if (forward < 0.7 * steps.length)
    problems.push(`its frame counter advances in ${forward} of ${steps.length} steps only`)
  return {
    facts: `${seconds.toFixed(1)} s, ${codecs.join('/')}, ${loudness} dB, the site's counter advances in ${forward} of ${steps.length} steps`,
    problems,
  }
}

const sceneriesFps = counterRound / 12

/** The counter of the site's camera, wherever its tile stands among the others; pictures with other scenes left out. */
async function siteCounters(path: string): Promise<number[]> {
  const { width, height } = picture
  const { stdout } = await ffmpeg([
    ...['-v', 'error', '-i', path],
    ...['-vf', `fps=${lookFps},scale=${width}:${height},format=gray`, '-f', 'rawvideo', '-'],
  ])
  const places = [1, 2, 3].flatMap((count) => gridRects(count))
  const found: number[] = []
  for (let at = 0; at + width * height <= stdout.length; at += width * height) {
    const level = (rect: Rect) => (x: number, y: number) =>
      stdout[at + Math.round(rect.y + y * rect.height) * width + Math.round(rect.x + x * rect.width)] ?? 0
    const read = places
      .map((rect) => readBurntIn(level(rect)))
      .find((one) => one?.camera === sceneries.site.number && one.counter < counterRound)
    if (read) found.push(read.counter)
  }
  return found
}

function lookAtPdf(path: string): Omit<Finding, 'name'> {
  const text = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' })
  const pages = text.split('\f').length - 1
  const problems = missingWords(text, wordsOfMinutes())
  if (text.includes('DỰ THẢO')) problems.push('still says DỰ THẢO')
  return { facts: `${pages} page${pages === 1 ? '' : 's'}`, problems }
}

function lookAtDocx(path: string): Omit<Finding, 'name'> {
  const parts = unzipSync(readFileSync(path))
  const document = parts['word/document.xml']
  if (!document) return { facts: '', problems: ['has no word/document.xml'] }
  const text = strFromU8(document)
    .replace(/<\/w:p>/g, '\n')
    .replace(/<[^>]+>/g, '')
  return { facts: `${Object.keys(parts).length} parts`, problems: missingWords(text, wordsOfMinutes()) }
}

/** What stands in the minutes, whatever their format. */
function wordsOfMinutes(): string[] {
  return [
    'BIÊN BẢN',
    story.meeting.title,
    story.chair.name,
    story.secretary.name,
    story.delegate.name,
    story.site.name,
    ...story.meeting.agenda.map((item) => item.title),
    ...story.written.conclusions,
  ]
}

function missingWords(text: string, words: readonly string[]): string[] {
  const flat = text.normalize('NFC').replace(/\s+/g, ' ')
  return words.filter((word) => !flat.includes(word.normalize('NFC'))).map((word) => `lacks “${word}”`)
}

function lookAtCsv(path: string): Omit<Finding, 'name'> {
  const lines = readFileSync(path, 'utf8').split('\r\n').filter(Boolean)
  const problems: string[] = []
  for (const name of [story.chair.name, story.secretary.name, story.site.name]) {
    const line = lines.find((one) => one.includes(name))
    const times = line?.match(/\d{1,2}:\d{2}/g) ?? []
    if (!line) problems.push(`lacks “${name}”`)
    else if (times.length < 3) problems.push(`has no times of “${name}”`)
  }
  return { facts: `${lines.length - 1 - lines.findIndex((one) => /^"?STT\b/.test(one))} rows`, problems }
}

function lookAtPictures(pictures: readonly string[]): Finding {
  const empty = pictures.filter((path) => !existsSync(path) || statSync(path).size < 4096)
  return {
    name: 'screenshots',
    facts: `${pictures.length} pictures`,
    problems: [
      ...(pictures.length === 0 ? ['are missing'] : []),
      ...empty.map((path) => `empty or missing: ${path}`),
    ],
  }
}

function clockSeconds(clock: string): number {
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
}
