import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ParticipantId } from '#contract/ids.ts'
import { silentLog } from '#contract/log.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import { standardSettings } from '#db/testing/standardSettings.ts'
import { proveAudit } from '#db/auditProof.ts'
import { listMinutesVersions, readMinutesVersion } from '#db/minutes.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { createMinutes } from './minutes.ts'
import { after, briefing, speaks } from './testing/minutesTestCall.ts'
import type { Viewer } from '#office/access.ts'
import { account, linkHolder, storeBriefing } from './testing/minutesTestMeeting.ts'
import type { Minutes, MinutesDetail } from '#office/minutes/minutes.ts'
import { accountViewer } from '#office/testing/testViewer.ts'

let test: TestDatabase
let minutes: Minutes
let nowMs = Date.UTC(2026, 10, 24)
beforeAll(async () => {
  test = await startTestDatabase()
  minutes = createMinutes({
    database: test.database,
    settings: standardSettings,
    log: silentLog,
    now: () => nowMs,
  })
})
afterAll(() => test.drop())

const chair = account('chair')
const secretary = account('secretary')
const clerk = account('clerk', 'secretary')
const delegate = account('late')
const stranger = account('nobody')

let count = 0
/** A meeting that was held, with draft minutes. */
async function drafted(): Promise<{ id: string; detail: MinutesDetail }> {
  count += 1
  const id = `meeting${count}`
  await storeBriefing(test.database, id)
  return { id, detail: await minutes.createDraft(secretary, id) }
}

describe('drafting', () => {
  it('makes the draft from the stored meeting', async () => {
    const { detail } = await drafted()
    expect(detail).toMatchObject({ state: 'draft', version: 1, returnNote: '', approvedByName: '' })
    expect(detail.content).toMatchObject({
      body: 'Sở Tài chính',
      parentBody: 'Ủy ban nhân dân Thành phố Hà Nội',
      subject: briefing().title,
      chair: { name: 'Nguyễn Hữu Thắng' },
    })
    expect(detail.content.items.map((item) => item.title)).toEqual([
      'Khai mạc',
      'Thu ngân sách',
      'Đầu tư công',
      'Việc khác',
    ])
    expect(detail.content.items[2]?.speakers).toHaveLength(3)
    expect(detail.content.present.map((one) => one.siteName)).toEqual([
      'Hội trường (Phường Ba Đình)',
      'Hội trường (Phường Hoàn Kiếm)',
      'Hội trường (Phường Hoàn Kiếm)',
      'Hội trường (Phường Ba Đình)',
      '',
      '',
    ])
    expect(detail.may).toEqual(['minutes:see', 'minutes:edit'])
  })

  it.each(['handRaised', 'speechBegan'] as const)(
    'has the short word of who asked or was asked (%s)',
    async (type) => {
      const id = `asked-${type}`
      const participantId = ParticipantId.parse('late')
      const given = { kind: 'contribution', agendaItemId: null, name: 'late', unitName: '' } as const
      const asked: RoomEvent =
        type === 'handRaised'
          ? { ...given, type, atMs: after(75), participantId }
          : {
              ...given,
              type,
              atMs: after(75),
              participantId,
              limitMs: null,
              isBanLifted: false,
              by: participantId,
            }
      const events = briefing().events.toSpliced(-1, 0, asked, speaks('late', after(76), after(76, 5)))
      await storeBriefing(test.database, id, { events })
      const { content } = await minutes.createDraft(secretary, id)
      expect(content.items[2]?.speakers.map(({ durationMs }) => durationMs)).toContain(5_000)
    },
  )

  it('is refused before the meeting ended', async () => {
    await storeBriefing(test.database, 'running', { status: 'open' })
    await expect(minutes.createDraft(secretary, 'running')).rejects.toMatchObject({ code: 'invalid_state' })
    expect(await minutes.get(secretary, 'running')).toBeNull()
  })

  it('gives the existing minutes when there are some, also to two who ask at once', async () => {
    await storeBriefing(test.database, 'twice')
    const [one, two] = await Promise.all([
      minutes.createDraft(secretary, 'twice'),
      minutes.createDraft(clerk, 'twice'),
    ])
    expect(one.version).toBe(1)
    expect(two.content).toEqual(one.content)
    await minutes.save(secretary, 'twice', { version: 1, content: { ...one.content, docNumber: '12' } })
    expect((await minutes.createDraft(secretary, 'twice')).content.docNumber).toBe('12')
    expect(await listMinutesVersions(test.database, 'twice')).toHaveLength(2)
  })
})

describe('editing', () => {
  const saved = async (id: string) => {
    const rows = await listMinutesVersions(test.database, id)
    return Promise.all(
      rows.toReversed().map(async ({ version, step }) => {
        const { conclusions } = await readMinutesVersion(test.database, id, version)
        return [version, conclusions[0] ?? '', step]
      }),
    )
  }

  it('keeps a version per writer and quarter of an hour, beside the draft that the meeting gave', async () => {
    const quarterMs = 15 * 60_000
    nowMs = Math.ceil(nowMs / quarterMs) * quarterMs
    const { id, detail } = await drafted()
    let version = detail.version
    const write = async (viewer: Viewer, text: string, isApart = false): Promise<void> => {
      const content = { ...detail.content, conclusions: [text] }
      const before = version
      version = (await minutes.save(viewer, id, { version, content, isApart })).version
      expect(version).toBe(before + 1)
    }
    await write(secretary, 'một')
    nowMs += quarterMs - 1
    await write(secretary, 'một hai')
    expect(await saved(id)).toEqual([
      [1, '', 'draft'],
      [3, 'một hai', 'draft'],
    ])
    nowMs += 1
    await write(secretary, 'ba')
    await write(clerk, 'bốn')
    await write(secretary, 'năm')
    await write(secretary, 'sáu', true)
    expect((await saved(id)).map(([, text]) => text)).toEqual(['', 'một hai', 'ba', 'bốn', 'năm', 'sáu'])
    const [newest] = await minutes.versions(chair, id)
    expect(newest).toMatchObject({ savedByName: 'Trần Ngọc Ặng', savedAtMs: nowMs, step: 'draft' })
    // Who edits a version that gave way is told, as before.
    await expect(minutes.save(secretary, id, { version: 2, content: detail.content })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('goes no further with letters that the paper’s font lacks, and names them', async () => {
    const { id, detail } = await drafted()
    const of = (text: string) => ({ ...detail.content, conclusions: [text] })
    await minutes.save(secretary, id, { version: 1, content: of('Ông 王小明 và 😀 Lan') })
    await expect(minutes.submit(secretary, id, 2)).rejects.toMatchObject({
      code: 'bad_request',
      detail: { letters: '王 小 明 😀' },
    })
    await minutes.save(secretary, id, { version: 2, content: of('Ông Vương Tiểu Minh, 100% – “đạt”…') })
    const now = await minutes.get(secretary, id)
    await minutes.submit(secretary, id, now?.version ?? 0)
    expect((await minutes.get(secretary, id))?.state).toBe('submitted')
  })

  it('keeps for ever what was submitted, returned and approved, exactly as it was', async () => {
    const { id, detail } = await drafted()
    const of = (text: string) => ({ ...detail.content, conclusions: [text] })
    await minutes.save(secretary, id, { version: 1, content: of('đã trình') })
    await minutes.submit(secretary, id, 2)
    await minutes.returnToDraft(chair, id, 'Sửa.')
    await minutes.save(secretary, id, { version: 2, content: of('sửa') })
    await minutes.save(secretary, id, { version: 3, content: of('sửa xong') })
    await minutes.submit(secretary, id, 4)
    await minutes.approve(chair, id, 4)
    expect(await saved(id)).toEqual([
      [1, '', 'draft'],
      [2, 'đã trình', 'returned'],
      [4, 'sửa xong', 'approved'],
    ])
    await minutes.publish(secretary, id, 4)
    expect((await saved(id)).at(-1)).toEqual([4, 'sửa xong', 'published'])
  })

  it('restores an earlier version as a new one, and only in a draft that was seen', async () => {
    const { id, detail } = await drafted()
    const content = { ...detail.content, conclusions: ['mới'] }
    await minutes.save(secretary, id, { version: 1, content })
    await expect(minutes.restore(secretary, id, { version: 1, restored: 1 })).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(minutes.restore(secretary, id, { version: 2, restored: 7 })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(minutes.restore(chair, id, { version: 2, restored: 1 })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(await minutes.restore(secretary, id, { version: 2, restored: 1 })).toEqual({ version: 3 })
    expect(await saved(id)).toEqual([
      [1, '', 'draft'],
      [2, 'mới', 'draft'],
      [3, '', 'draft'],
    ])
    await minutes.submit(secretary, id, 3)
    await expect(minutes.restore(secretary, id, { version: 3, restored: 2 })).rejects.toMatchObject({
      code: 'invalid_state',
    })
  })

  it('shows its history to who writes or approves, and to nobody else', async () => {
    const { id } = await drafted()
    expect(await minutes.versions(clerk, id)).toHaveLength(1)
    expect((await minutes.versionDocument(chair, id, 1)).watermark).toBe('DỰ THẢO')
    await minutes.submit(secretary, id, 1)
    await minutes.approve(chair, id, 1)
    await minutes.publish(secretary, id, 1)
    await expect(minutes.versions(delegate, id)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(minutes.versionDocument(delegate, id, 1)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('tells who edited an old version, and changes nothing', async () => {
    const { id, detail } = await drafted()
    await minutes.save(secretary, id, { version: 1, content: { ...detail.content, docNumber: '1' } })
    await expect(
      minutes.save(clerk, id, { version: 1, content: { ...detail.content, docNumber: '2' } }),
    ).rejects.toMatchObject({ code: 'conflict', detail: { version: 2 } })
    expect((await minutes.get(secretary, id))?.content.docNumber).toBe('1')
    expect(await listMinutesVersions(test.database, id)).toHaveLength(2)
  })

  it('lets one of two who save at once win', async () => {
    const { id, detail } = await drafted()
    const results = await Promise.allSettled(
      ['1', '2', '3', '4'].map((docNumber) =>
        minutes.save(secretary, id, { version: 1, content: { ...detail.content, docNumber } }),
      ),
    )
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    expect((await minutes.get(secretary, id))?.version).toBe(2)
  })

  it('refuses what is not of the shape, and keeps markup as text', async () => {
    const { id, detail } = await drafted()
    const { content } = detail
    for (const broken of [
      { version: 1, content: { ...content, conclusions: 'not a list' } },
      { version: -1, content },
      { version: 1, content, isApart: 'yes' },
      null,
    ]) {
      await expect(minutes.save(secretary, id, broken)).rejects.toMatchObject({ code: 'bad_request' })
    }
    const text = '<img src=x onerror=alert(1)>\u0000 & "so"'
    await minutes.save(secretary, id, { version: 1, content: { ...detail.content, conclusions: [text] } })
    expect((await minutes.get(secretary, id))?.content.conclusions).toEqual([
      '<img src=x onerror=alert(1)> & "so"',
    ])
  })
})

describe('the way to publication', () => {
  it('goes from draft over submitted and approved to published', async () => {
    const { id, detail } = await drafted()
    await minutes.save(secretary, id, { version: 1, content: { ...detail.content, docNumber: '9' } })
    nowMs += 1000
    await minutes.submit(secretary, id, 2)
    expect(await minutes.get(chair, id)).toMatchObject({
      state: 'submitted',
      submittedAtMs: nowMs,
      may: ['minutes:see', 'minutes:approve'],
    })
    nowMs += 1000
    await minutes.approve(chair, id, 2)
    expect(await minutes.get(secretary, id)).toMatchObject({
      state: 'approved',
      approvedAtMs: nowMs,
      approvedByName: 'Account chair',
      version: 2,
      may: ['minutes:see', 'minutes:publish'],
    })
    nowMs += 1000
    await minutes.publish(clerk, id, 2)
    expect(await minutes.get(delegate, id)).toMatchObject({
      state: 'published',
      publishedAtMs: nowMs,
      content: { docNumber: '9' },
      may: ['minutes:see'],
    })
  })

  it('goes back to the secretary with the words of the chair, and on again', async () => {
    const { id, detail } = await drafted()
    await minutes.submit(secretary, id, 1)
    await minutes.returnToDraft(chair, id, '  Bổ sung ý kiến của Sở Y tế \u0007')
    expect(await minutes.get(secretary, id)).toMatchObject({
      state: 'draft',
      returnNote: 'Bổ sung ý kiến của Sở Y tế',
      submittedAtMs: null,
    })
    await minutes.save(secretary, id, { version: 1, content: { ...detail.content, docNumber: '3' } })
    await minutes.submit(secretary, id, 2)
    expect((await minutes.get(chair, id))?.returnNote).toBe('')
  })

  it('binds the version that the chair saw', async () => {
    const { id, detail } = await drafted()
    await minutes.submit(secretary, id, 1)
    await minutes.returnToDraft(chair, id, '')
    await minutes.save(secretary, id, { version: 1, content: { ...detail.content, docNumber: '4' } })
    await minutes.submit(secretary, id, 2)
    await expect(minutes.approve(chair, id, 1)).rejects.toMatchObject({ code: 'conflict' })
    await minutes.approve(chair, id, 2)
    await expect(minutes.publish(secretary, id, 1)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('refuses every step that is not the next one, and every change after publication', async () => {
    const { id, detail } = await drafted()
    const save = () => minutes.save(secretary, id, { version: 1, content: detail.content })
    const steps = {
      save,
      submit: () => minutes.submit(secretary, id, 1),
      returnToDraft: () => minutes.returnToDraft(chair, id, ''),
      approve: () => minutes.approve(chair, id, 1),
      publish: () => minutes.publish(secretary, id, 1),
    }
    const refused = async (names: (keyof typeof steps)[]): Promise<void> => {
      for (const name of names) {
        await expect(steps[name](), name).rejects.toMatchObject({ code: 'invalid_state' })
      }
    }
    await refused(['returnToDraft', 'approve', 'publish'])
    await steps.submit()
    await refused(['save', 'submit', 'publish'])
    await steps.approve()
    await refused(['save', 'submit', 'returnToDraft', 'approve'])
    await steps.publish()
    const before = await minutes.get(secretary, id)
    await refused(['save', 'submit', 'returnToDraft', 'approve', 'publish'])
    expect(await minutes.get(secretary, id)).toEqual(before)
    expect(await listMinutesVersions(test.database, id)).toHaveLength(1)
  })

  it('approves or returns, not both, when they meet', async () => {
    const { id } = await drafted()
    await minutes.submit(secretary, id, 1)
    const results = await Promise.allSettled([
      minutes.approve(chair, id, 1),
      minutes.returnToDraft(chair, id, 'x'),
    ])
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
  })

  it('knows no minutes where there are none', async () => {
    await storeBriefing(test.database, 'bare')
    await expect(minutes.submit(secretary, 'bare', 1)).rejects.toMatchObject({ code: 'not_found' })
    await expect(minutes.file(secretary, 'bare', 'pdf')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('permissions', () => {
  it('let the secretary and the clerk write, and only the chair approve', async () => {
    const { id, detail } = await drafted()
    const input = { version: 1, content: detail.content }
    await expect(minutes.save(chair, id, input)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(minutes.submit(chair, id, 1)).rejects.toMatchObject({ code: 'forbidden' })
    await minutes.submit(clerk, id, 1)
    for (const viewer of [secretary, clerk, delegate, account('technician')]) {
      await expect(minutes.approve(viewer, id, 1)).rejects.toMatchObject({ code: 'forbidden' })
      await expect(minutes.returnToDraft(viewer, id, '')).rejects.toMatchObject({ code: 'forbidden' })
    }
    await minutes.approve(chair, id, 1)
    for (const viewer of [chair, delegate]) {
      await expect(minutes.publish(viewer, id, 1)).rejects.toMatchObject({ code: 'forbidden' })
    }
  })

  it('hide unpublished minutes from delegates and guests as if there were none', async () => {
    const { id } = await drafted()
    for (const viewer of [delegate, linkHolder(id, 'guest')]) {
      expect(await minutes.get(viewer, id)).toBeNull()
      await expect(minutes.file(viewer, id, 'pdf')).rejects.toMatchObject({ code: 'not_found' })
    }
    await minutes.submit(secretary, id, 1)
    await minutes.approve(chair, id, 1)
    expect(await minutes.get(delegate, id)).toBeNull()
    await minutes.publish(secretary, id, 1)
    expect(await minutes.get(delegate, id)).not.toBeNull()
    expect(await minutes.get(linkHolder(id, 'guest'), id)).not.toBeNull()
  })

  it('hide the meeting from strangers, from links of other meetings and from the banned', async () => {
    const { id } = await drafted()
    const other = await drafted()
    await storeBriefing(test.database, 'banning', { bannedId: 'late' })
    const attempts: [typeof chair, string][] = [
      [stranger, id],
      [account('nobody', 'official'), id],
      [accountViewer('user-stranger', { isSystemAdmin: true }), id],
      [linkHolder(other.id, 'guest'), id],
      [delegate, 'banning'],
      [chair, 'no-such-meeting'],
    ]
    for (const [viewer, meetingId] of attempts) {
      await expect(minutes.get(viewer, meetingId)).rejects.toMatchObject({ code: 'not_found' })
      await expect(minutes.createDraft(viewer, meetingId)).rejects.toMatchObject({ code: 'not_found' })
      await expect(minutes.approve(viewer, meetingId, 1)).rejects.toMatchObject({ code: 'not_found' })
    }
  })
})

describe('the files', () => {
  it('are a PDF and a DOCX with safe names, marked as a draft until approved', async () => {
    const { id } = await drafted()
    const pdf = await minutes.file(secretary, id, 'pdf')
    expect(pdf.fileName).toBe('bien-ban-du-thao-20261123-Hop-giao-ban-thang-11-nam-2026.pdf')
    expect(pdf.contentType).toBe('application/pdf')
    expect(Buffer.from(pdf.bytes.subarray(0, 5)).toString()).toBe('%PDF-')
    await minutes.submit(secretary, id, 1)
    await minutes.approve(chair, id, 1)
    const docx = await minutes.file(chair, id, 'docx')
    expect(docx.fileName).toBe('bien-ban-20261123-Hop-giao-ban-thang-11-nam-2026.docx')
    expect(Buffer.from(docx.bytes.subarray(0, 2)).toString()).toBe('PK')
    const again = await minutes.file(chair, id, 'pdf')
    expect(Buffer.compare(again.bytes, pdf.bytes)).not.toBe(0)
  })
})

describe('the log', () => {
  it('has every step with its version, in one unbroken chain', async () => {
    const { id, detail } = await drafted()
    await minutes.save(secretary, id, { version: 1, content: detail.content })
    await minutes.submit(secretary, id, 2)
    await minutes.returnToDraft(chair, id, 'x')
    await minutes.submit(secretary, id, 2)
    await minutes.approve(chair, id, 2)
    await minutes.publish(clerk, id, 2)
    await expect(minutes.publish(clerk, id, 2)).rejects.toMatchObject({ code: 'invalid_state' })
    const rows = await test.database.prisma.auditEntry.findMany({
      where: { subject: id },
      orderBy: { id: 'asc' },
    })
    expect(rows.map((row) => [row.action, row.actorId, row.detail])).toEqual([
      ['minutes.drafted', 'user-secretary', { version: 1 }],
      ['minutes.saved', 'user-secretary', { version: 2 }],
      ['minutes.submitted', 'user-secretary', { version: 2 }],
      ['minutes.returned', 'user-chair', { version: 2 }],
      ['minutes.submitted', 'user-secretary', { version: 2 }],
      ['minutes.approved', 'user-chair', { version: 2 }],
      ['minutes.published', 'user-clerk', { version: 2 }],
    ])
    expect((await proveAudit(test.database)).broken).toBeNull()
  })
})
