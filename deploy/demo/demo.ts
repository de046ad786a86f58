import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { startBrowser, type BrowserOptions } from '../testing/browser.ts'
import { CallPage } from '../testing/callPage.ts'
import { speechFile } from '../testing/pictures.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'
import {
  approveMinutes,
  downloadAll,
  publishMinutes,
  readOnPhone,
  waitForRecording,
  writeMinutes,
} from './afterActs.ts'
import { Album, sizes } from './album.ts'
import { firstItem, gather, lastItem, secondItem, startRecording, type Cast } from './callActs.ts'
import { cameraFilms } from './cameras.ts'
import { accept, addSite, invite, makeSiteLink, planMeeting, setPassword } from './officeActs.ts'
import { useSlides } from './slides.ts'
import { elapsedSeconds, say, step, table } from './report.ts'
import * as story from './story.ts'
import { verify, type Finding } from './verify.ts'

/**
 * `npm run demo`: a whole city meeting, played by itself through the real pages in real browsers, from the first
 * administrator to the published minutes. Leaves its results in DATA_DIR/demo; the exit code says whether they are
 * all there and have content.
 */
const dataDir = resolve(
  process.env['DATA_DIR'] || `data/demo-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}`,
)
const folder = join(dataDir, 'demo')

/** What has to be ended, the last first. */
const opened: CallPage[] = []
let starting: Promise<PlatformProcess> | undefined
let closing: Promise<void> | undefined

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    say(`${signal}: ending what was started`)
    void closeAll().then(() => process.exit(1))
  })
}
process.exitCode = await main()

async function main(): Promise<number> {
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0) {
    console.error(`DATA_DIR=${dataDir} is not empty; the demo plays on an empty data folder.`)
    return 1
  }
  mkdirSync(folder, { recursive: true })
  say(`Everything is left in ${folder}`)
  const album = new Album(join(folder, 'screenshots'))
  try {
    const recordedSeconds = await play(album)
    await closeAll()
    const findings = await step('Looking into the results', () =>
      verify(folder, album.paths, recordedSeconds),
    )
    return tell(findings)
  } catch (error) {
    console.error(
      `\nThe demo stopped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
    await pictureWhereItStopped()
    await closeAll()
    const findings = await verify(folder, album.paths, 0)
    tell(findings.filter((one) => one.problems.length > 0))
    console.error(`The platform's log: ${join(folder, 'platform.log')}`)
    return 1
  } finally {
    await closeAll()
  }
}

/** The meeting from beginning to end; resolves with the seconds that were recorded. */
async function play(album: Album): Promise<number> {
  await step('Starting the platform on a free port with an empty data folder', () => {
    starting = startPlatformProcess(settings())
    return starting
  })
  // the log is written whatever happens, when everything else is closed
  const origin = new URL(readFileSync(join(dataDir, 'first-setup.txt'), 'utf8').trim())
  say(`  ${origin.origin}`)
  const films = await step('Drawing the cameras and saying the speeches', cameraFilms)
  const microphone = (who: keyof typeof story.speeches) =>
    speechFile(story.speeches[who].text, story.speeches[who].pitch)

  const { links, office } = await step(
    'The first administrator sets up, invites and adds the room',
    async () => {
      const administrator = await browse({ hasNoDevices: true })
      const { page } = administrator
      await setPassword(page, origin.href, album, 'quan-tri-dau-tien', story.administrator)
      await page.goto(`${origin.origin}/admin/people`)
      const made = {
        chair: await invite(page, story.chair, album, true),
        secretary: await invite(page, story.secretary, album, false),
        delegate: await invite(page, story.delegate, album, false),
      }
      await album.take(page, 'can-bo')
      await addSite(page, origin.origin, album)
      return { links: made, office: administrator }
    },
  )
  await office.close()

  const people = await step('The invited set their passwords by their links', async () => {
    const secretary = await browse({
      camera: films.secretary,
      microphone: microphone('secretary'),
    })
    await useSlides(secretary.browser.context)
    const chair = await browse({ camera: films.chair, microphone: microphone('chair') })
    const delegate = await browse({ hasNoDevices: true, ...sizes.phone })
    await setPassword(secretary.page, links.secretary, album, 'dat-mat-khau')
    await setPassword(chair.page, links.chair, album, null)
    await setPassword(delegate.page, links.delegate, album, null)
    return { secretary, chair, delegate }
  })
  const { secretary, chair, delegate } = people

  const { meetingUrl, siteLink } = await step('The secretary plans the meeting and invites', async () => {
    const url = await planMeeting(secretary.page, origin.origin, album)
    const link = await makeSiteLink(secretary.page, album)
    await accept(chair.page, url)
    await accept(delegate.page, url)
    await album.take(delegate.page, 'tra-loi-giay-moi-tren-dien-thoai')
    return { meetingUrl: url, siteLink: link }
  })

  const site = await browse({ camera: films.site, microphone: microphone('site'), ...sizes.wall })
  const cast: Cast = { chair, secretary, site }
  await step("Chair, secretary and the commune's room join", () => gather(cast, meetingUrl, siteLink, album))
  await step('The chair approves the recording', () => startRecording(cast, album))
  const recordedFromMs = Date.now()
  await step('Item 1: opening and report', () => firstItem(cast, album))
  await step('Item 2: the commune speaks', () => secondItem(cast, album))
  await step('Item 3: conclusions, and the end for everyone', () => lastItem(cast, album))
  const recordedSeconds = (Date.now() - recordedFromMs) / 1000
  await site.close()

  await step('The recording is composed', () => waitForRecording(secretary.page, album))
  await step('The secretary writes the minutes', () => writeMinutes(secretary.page, album))
  await step('The chair approves them', () => approveMinutes(chair.page, origin.origin, album))
  await step('The secretary publishes them', () => publishMinutes(secretary.page, album))
  await step('The results are downloaded', () => downloadAll(secretary.page, meetingUrl, folder, album))
  await step('The delegate reads the minutes on a phone', () => readOnPhone(delegate.page, meetingUrl, album))
  for (const [name, page] of Object.entries({ chair, secretary, delegate, site })) {
    for (const complaint of page.complaints) say(`  the ${name}'s page complained: ${complaint}`)
  }
  return recordedSeconds
}

/** A platform of its own, whatever the surroundings say of a database, a bus or addresses. */
function settings(): Record<string, string> {
  return {
    ...{ DATA_DIR: dataDir, DATABASE_URL: '', REDIS_URL: '', PUBLIC_URL: '', AUTH_SECRET: '' },
    ...{
      ROLES: 'web,signalling,sfu,recorder',
      NODE_ID: '',
      SIGNALLING_URL: '',
      SFU_URL: '',
      SAMPLE_DATA: '0',
    },
    ...{ MEDIA_ENGINE: 'mediasoup', MEDIA_WORKERS: '1', TRUST_PROXY: '0' },
  }
}

async function browse(options: BrowserOptions): Promise<CallPage> {
  const page = CallPage.of(await startBrowser(options))
  page.page.setDefaultTimeout(45_000)
  opened.push(page)
  return page
}

/** What everybody saw when the demo stopped, for whoever mends it. */
async function pictureWhereItStopped(): Promise<void> {
  for (const [index, { page }] of opened.entries()) {
    if (page.isClosed()) continue
    await page
      .screenshot({ path: join(folder, `stopped-${index + 1}.png`), timeout: 10_000 })
      .catch((error: unknown) => say(`No picture of page ${index + 1}: ${String(error)}`))
  }
}

/** Ends browsers, then the platform; keeps its log. Repeats do nothing. */
function closeAll(): Promise<void> {
  closing ??= (async () => {
    const results = await Promise.allSettled(opened.toReversed().map((one) => one.close()))
    for (const result of results) {
      if (result.status === 'rejected') say(`A browser did not close well: ${String(result.reason)}`)
    }
    // also one that is only starting; one that did not start has said why
    const platform = await starting?.catch(() => undefined)
    if (!platform) return
    const code = await platform.stop()
    if (code !== 0) say(`The platform ended with code ${code}`)
    writeFileSync(join(folder, 'platform.log'), platform.output())
  })()
  return closing
}

/** Prints what was found; the exit code. */
function tell(findings: readonly Finding[]): number {
  const rows = findings.map(({ name, facts, problems }) => [
    problems.length === 0 ? '✓' : '✗',
    name,
    problems.length === 0 ? facts : problems.join('; '),
  ])
  console.log(`\n${table(rows)}\n\nIn ${folder}, after ${elapsedSeconds().toFixed(0)} s.`)
  const bad = findings.filter((one) => one.problems.length > 0)
  if (bad.length > 0) console.error(`Missing or empty: ${bad.map((one) => one.name).join(', ')}`)
  return bad.length > 0 ? 1 : 0
}
