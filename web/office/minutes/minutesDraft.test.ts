import { describe, expect, it } from 'vitest'
import { ParticipantId } from '#contract/ids.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import { MinutesContent } from '#contract/minutes.ts'
import { draftMinutes, type MeetingFacts } from './minutesDraft.ts'
import { after, briefing, calls, ends, invited, joins, plannedMs, speaks } from './testing/minutesTestCall.ts'

function drafted(change: Partial<MeetingFacts> = {}): MinutesContent {
  return draftMinutes({ ...briefing(), ...change })
}

describe('the draft minutes', () => {
  it('are of the shape that the editor, the DOCX and the PDF share', () => {
    expect(MinutesContent.parse(drafted())).toEqual(drafted())
  })

  it('begin at the planned time, not with the rehearsal before it', () => {
    expect(drafted().startedAtMs).toBe(plannedMs)
    expect(drafted().endedAtMs).toBe(after(90))
  })

  it('begin when the call was opened after its time, or when an item was called before it', () => {
    expect(drafted({ openedAtMs: after(7), events: [] }).startedAtMs).toBe(after(7))
    expect(drafted({ events: [calls('item1', after(-3))] }).startedAtMs).toBe(after(-3))
    expect(drafted({ openedAtMs: after(-60), endedAtMs: after(-20), events: [] }).startedAtMs).toBe(
      after(-60),
    )
  })

  it('name the chair and the secretary apart from the others', () => {
    const content = drafted()
    expect(content.chair).toMatchObject({ name: 'Nguyễn Hữu Thắng', position: 'Giám đốc' })
    expect(content.secretary.name).toBe('Trần Ngọc Ặng')
    const names = [...content.present, ...content.absent].map((one) => one.name)
    expect(names).not.toContain('Nguyễn Hữu Thắng')
    expect(names).not.toContain('Trần Ngọc Ặng')
  })

  it('list who was there and from where, the marked and the uninvited too, but no technician', () => {
    const present = drafted().present
    expect(present.map((one) => one.name)).toEqual([
      'Hội trường',
      'Hội trường',
      'Lê Văn Quyết',
      'Phạm Thị Hường',
      'Cao Văn Lạ',
      'Hà Thị Mai',
    ])
    expect(present.filter((one) => one.isSite).map((one) => one.name)).toEqual(['Hội trường', 'Hội trường'])
    expect(present.find((one) => one.name === 'Lê Văn Quyết')).toMatchObject({
      siteName: 'Hội trường (Phường Hoàn Kiếm)',
      isSite: false,
      joinedAtMs: after(-1),
    })
  })

  it('call late who came more than the tolerance after the start', () => {
    const late = (content: MinutesContent) =>
      content.present.filter((one) => one.isLate).map((one) => one.name)
    expect(late(drafted())).toEqual(['Phạm Thị Hường'])
    expect(late(draftMinutes(briefing(), 20 * 60_000))).toEqual([])
    expect(late(draftMinutes(briefing(), 30_000))).toEqual(['Phạm Thị Hường', 'Cao Văn Lạ'])
  })

  it('give the reason of who declined, and say of the silent that nothing was said', () => {
    expect(drafted().absent.map(({ name, reason }) => [name, reason])).toEqual([
      ['Vũ Hồng Nhật', 'Không báo'],
      ['Đỗ Quang Vỹ', 'Có lý do: đi công tác'],
    ])
  })

  it('let nobody who never came chair or sign', () => {
    const content = drafted({ events: [joins('late', after(0)), ends(after(90))] })
    expect(content.absent.map((one) => one.name)).toEqual(
      expect.arrayContaining(['Nguyễn Hữu Thắng', 'Trần Ngọc Ặng']),
    )
    expect([content.chair.name, content.secretary.name]).toEqual(['', ''])
  })

  it('name who chaired in the place of a chair who did not come, and list them nowhere else', () => {
    const content = drafted({ events: [joins('late', after(0), { role: 'chair' }), ends(after(90))] })
    expect(content.chair).toMatchObject({ participantId: 'late', name: 'Phạm Thị Hường' })
    expect(content.present.map((one) => one.name)).not.toContain('Phạm Thị Hường')
    expect(content.absent.map((one) => one.name)).toContain('Nguyễn Hữu Thắng')
  })

  it('take no microphone that was left open for a speech, but a short answer of who raised a hand', () => {
    const spoken = [speaks('late', after(2), after(2, 9)), speaks('seated', after(3), after(3, 14))]
    const asked = { agendaItemId: null, kind: 'contribution' as const, name: '', unitName: '' }
    const late = ParticipantId.parse('late')
    const raised = { type: 'handRaised' as const, atMs: after(1), participantId: late, ...asked }
    const turns = (events: RoomEvent[]): string[] =>
      drafted({ events: [...events, ...spoken, ends(after(90))] }).items.flatMap((item) =>
        item.speakers.map((one) => one.name),
      )
    expect(turns([])).toEqual([])
    expect(turns([raised])).toEqual(['Phạm Thị Hường'])
  })

  it('take the items in the order of the agenda, each with the time when it was called', () => {
    expect(drafted().items.map(({ title, startedAtMs }) => [title, startedAtMs])).toEqual([
      ['Khai mạc', plannedMs],
      ['Thu ngân sách', after(20)],
      ['Đầu tư công', after(6)],
      ['Việc khác', null],
    ])
    expect(drafted().items.at(-1)?.paragraphs).toEqual(['Nội dung này chưa được thảo luận tại cuộc họp.'])
  })

  it('put what was said before any item under the agenda’s own opening, not under a second one', () => {
    const named = briefing().agenda.map((item) => ({
      ...item,
      title: item.title === 'Đầu tư công' ? 'Khai mạc, giới thiệu đại biểu' : item.title,
    }))
    const items = drafted({ agenda: named }).items
    expect(items.map(({ title, startedAtMs }) => [title, startedAtMs])).toEqual([
      ['Thu ngân sách', after(20)],
      ['Khai mạc, giới thiệu đại biểu', plannedMs],
      ['Việc khác', null],
    ])
    expect(items[1]?.speakers.map((one) => one.participantId)).toEqual(['chair', 'guest', 'late', 'hall'])
  })

  it('say who spoke when and how long, by item; short pauses do not make two turns', () => {
    const turns = drafted().items.map((item) =>
      item.speakers.map((one) => [one.participantId, one.atMs, one.durationMs / 1000]),
    )
    expect(turns).toEqual([
      [['chair', after(1), 180]],
      [
        ['late', after(20), 60], // speech over the change of item
        ['late', after(50), 120],
      ],
      [
        ['guest', after(7), 150],
        ['late', after(19), 60],
        ['hall', after(61), 60], // the item was called again
      ],
      [],
    ])
  })

  it('leave out the rehearsal, the technicians and what is too short to be a contribution', () => {
    const speakers = drafted().items.flatMap((item) => item.speakers)
    expect(speakers.some((one) => one.participantId === 'technician')).toBe(false)
    expect(speakers.every((one) => one.atMs >= plannedMs)).toBe(true)
    expect(speakers.some((one) => one.atMs === after(30))).toBe(false)
  })

  it('propose one true sentence a speaker and invent nothing', () => {
    expect(drafted().items.map((item) => item.paragraphs)).toEqual([
      ['Đồng chí Nguyễn Hữu Thắng (Giám đốc Sở Tài chính) phát biểu ý kiến.'],
      ['Đồng chí Phạm Thị Hường (Phó Giám đốc Sở Y tế) phát biểu ý kiến.'],
      [
        'Theo chương trình, nội dung này do Phòng Đầu tư trình bày.',
        'Ông/bà Hà Thị Mai (Công ty Mẫu) phát biểu ý kiến.',
        'Đồng chí Phạm Thị Hường (Phó Giám đốc Sở Y tế) phát biểu ý kiến.',
        'Điểm cầu Hội trường (Phường Hoàn Kiếm) phát biểu ý kiến.',
      ],
      ['Nội dung này chưa được thảo luận tại cuộc họp.'],
    ])
    expect(drafted().conclusions).toEqual([])
  })

  it('put all speech under the course of the meeting when no item was called', () => {
    const content = drafted({
      events: [joins('chair', after(0)), speaks('chair', after(1), after(2)), ends(after(90))],
    })
    expect(content.items.map((item) => [item.title, item.speakers.length])).toEqual([
      ['Diễn biến cuộc họp', 1],
      ['Thu ngân sách', 0],
      ['Đầu tư công', 0],
      ['Việc khác', 0],
    ])
  })

  it('count what two reports of the same speech overlap only once', () => {
    const content = drafted({
      events: [speaks('chair', after(1), after(3)), speaks('chair', after(2), after(4)), ends(after(90))],
    })
    expect(content.items[0]?.speakers.map((one) => one.durationMs)).toEqual([180_000])
  })

  it('hold at most what minutes may hold, however long names and lists are', () => {
    const many = Array.from({ length: 2500 }, (_none, i) =>
      invited(`p${i}`, 'delegate', { name: 'x'.repeat(900) }),
    )
    const content = drafted({ participants: many, title: 't'.repeat(2000) })
    expect(MinutesContent.safeParse(content).success).toBe(true)
    expect(content.absent).toHaveLength(2000)
  })
})

describe('the letterhead', () => {
  it('of a department names the committee above it', () => {
    expect(drafted()).toMatchObject({
      parentBody: 'Ủy ban nhân dân Thành phố Hà Nội',
      body: 'Sở Tài chính',
      docSymbol: 'BB-STC',
      place: 'Hà Nội',
      location:
        'Phòng họp số 3 và điểm cầu Hội trường, phường Ba Đình, điểm cầu Hội trường, phường Hoàn Kiếm',
    })
  })

  it('tells the centre’s hall from another commune’s of the same name', () => {
    const far = 'điểm cầu Hội trường, phường Ba Đình'
    expect(drafted({ place: 'Hội trường', centralSiteId: 'site1' }).location).toBe(`Hội trường và ${far}`)
    expect(drafted({ place: 'Hội trường (Phường Hoàn Kiếm)' }).location).toBe(
      `Hội trường (Phường Hoàn Kiếm) và ${far}`,
    )
    const hostUnit = { ...briefing().hostUnit, fullName: 'Phường Hoàn Kiếm' }
    expect(drafted({ place: 'Hội trường', hostUnit }).location).toBe(`Hội trường và ${far}`)
    const participants = briefing().participants.map((one) =>
      one.id === 'hall' ? { ...one, name: 'Điểm cầu phường Hoàn Kiếm' } : one,
    )
    expect(drafted({ participants }).location).toBe(`Phòng họp số 3 và ${far}, điểm cầu phường Hoàn Kiếm`)
  })

  it('of a commune is its committee alone, at its own place', () => {
    const hostUnit = {
      code: '00070',
      name: 'Hoàn Kiếm',
      kind: 'phường',
      level: 'commune' as const,
      fullName: 'Phường Hoàn Kiếm',
      parentFullName: 'Ủy ban nhân dân Thành phố Hà Nội',
    }
    expect(drafted({ hostUnit, place: 'Trực tuyến' })).toMatchObject({
      parentBody: '',
      body: 'Ủy ban nhân dân phường Hoàn Kiếm',
      docSymbol: 'BB-UBND',
      place: 'Hoàn Kiếm',
      location: 'Điểm cầu Hội trường, phường Ba Đình, điểm cầu Hội trường, phường Hoàn Kiếm',
    })
  })
})
