import { describe, expect, it } from 'vitest'
import { attendanceCsv, csvCell } from './attendanceCsv.ts'
import { attendanceRows } from './attendanceRows.ts'
import { after, briefing, ends, invited, joins, marks } from '#office/minutes/testing/minutesTestCall.ts'

describe('the attendance list', () => {
  const rows = attendanceRows(briefing(), after(500))

  it('has chair and secretary first, officials before guests, units in Vietnamese order, their rooms first, people by given name', () => {
    expect(rows.map((row) => row.participantId)).toEqual([
      'chair',
      'secretary',
      'hall',
      'seated',
      'silent',
      'away',
      'late',
      'stranger',
      'guest',
      'technician',
    ])
    const people = ['Nguyễn Văn Ổn', 'Trần Văn An', 'Lê Thị Ánh', 'Đỗ Văn Đạt', 'Vũ Văn Dũng']
    const sorted = attendanceRows(
      {
        ...briefing(),
        events: [],
        participants: people.map((name, i) => invited(`n${i}`, 'delegate', { name })),
      },
      after(1),
    )
    expect(sorted.map((row) => row.name)).toEqual([
      'Trần Văn An',
      'Lê Thị Ánh',
      'Vũ Văn Dũng',
      'Đỗ Văn Đạt',
      'Nguyễn Văn Ổn',
    ])
  })

  it('says who was present, late, absent or excused', () => {
    expect(Object.fromEntries(rows.map((row) => [row.participantId, row.state]))).toEqual({
      chair: 'present',
      secretary: 'present',
      hall: 'present',
      seated: 'present',
      guest: 'present',
      stranger: 'present',
      technician: 'present',
      late: 'late',
      silent: 'absent',
      away: 'excused',
    })
  })

  it('counts who declined but came as present', () => {
    const facts = { ...briefing(), events: [joins('away', after(0)), ends(after(90))] }
    expect(attendanceRows(facts, after(90)).find((row) => row.participantId === 'away')?.state).toBe(
      'present',
    )
  })

  it('adds up stays without the gaps between them', () => {
    expect(rows.find((row) => row.participantId === 'guest')).toMatchObject({
      firstJoinedAtMs: after(0),
      lastLeftAtMs: after(90),
      totalMs: 60 * 60_000,
      joinCount: 2,
      siteName: '',
    })
    expect(rows.find((row) => row.participantId === 'late')).toMatchObject({
      totalMs: 72 * 60_000,
      joinCount: 2,
    })
  })

  it('shows who is there now while the call goes on, and nobody afterwards', () => {
    const live = {
      ...briefing(),
      endedAtMs: null,
      events: briefing().events.filter((e) => e.atMs <= after(45)),
    }
    const now = attendanceRows(live, after(45)).filter((row) => row.isThereNow)
    expect(now.map((row) => row.participantId)).toEqual([
      'chair',
      'secretary',
      'hall',
      'seated',
      'late',
      'stranger',
      'technician',
    ])
    expect(rows.some((row) => row.isThereNow)).toBe(false)
  })

  it('ends open stays with the meeting when the call was never ended in order', () => {
    const facts = { ...briefing(), events: [joins('late', after(0))] }
    expect(attendanceRows(facts, after(9_999)).find((row) => row.participantId === 'late')).toMatchObject({
      lastLeftAtMs: after(90),
      totalMs: 90 * 60_000,
    })
  })

  it('lists a person marked in a room with the time of the mark and no length', () => {
    const facts = { ...briefing(), events: [marks('seated', after(12), 'site1'), ends(after(90))] }
    expect(attendanceRows(facts, after(90)).find((row) => row.participantId === 'seated')).toMatchObject({
      state: 'late',
      siteName: 'Điểm cầu phường Hoàn Kiếm',
      firstJoinedAtMs: after(12),
      lastLeftAtMs: null,
      totalMs: 0,
      joinCount: 0,
    })
  })
})

describe('the attendance list as CSV', () => {
  const csv = attendanceCsv(attendanceRows(briefing(), after(500)), briefing())
  const lines = csv.split('\r\n')

  it('says what it is of, in a byte order mark’s UTF-8 and lines that end with CRLF', () => {
    expect(csv.startsWith('\uFEFF"Danh sách điểm danh: Họp giao ban tháng 11 năm 2026"\r\n')).toBe(true)
    expect(lines[1]).toBe('"Bắt đầu theo kế hoạch","2026-11-23 08:00:00"')
    expect(lines[2]).toBe('')
    expect(lines[3]?.startsWith('"STT","Họ và tên hoặc điểm cầu",')).toBe(true)
    expect(csv.endsWith('\r\n')).toBe(true)
    expect(csv.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(lines).toHaveLength(15)
  })

  it('quotes every cell, gives times of Hanoi by ISO 8601 and lengths as hh:mm:ss', () => {
    expect(lines.find((one) => one.includes('Phạm Thị Hường'))).toBe(
      '"7","Phạm Thị Hường","Phó Giám đốc","Sở Y tế","Đại biểu","Xác nhận dự","Có mặt, đến muộn","","Thiết bị cá nhân","2026-11-23 08:17:00","2026-11-23 09:30:00","01:12:00","2"',
    )
    for (const one of lines.slice(3, -1)) expect(one).toMatch(/^("[^"]*",){12}"[^"]*"$/)
  })

  it("calls a room a room, and says of nobody's invitation that it has not answered", () => {
    const room = lines.find((one) => one.includes('"Điểm cầu",'))
    expect(room?.split(',').slice(4, 7)).toEqual(['"Điểm cầu"', '""', '"Có mặt"'])
  })

  it('gives the reason of who stayed away and no times', () => {
    expect(lines.find((one) => one.includes('Đỗ Quang Vỹ'))).toBe(
      '"6","Đỗ Quang Vỹ","","Sở Xây dựng","Đại biểu","Báo vắng","Vắng có lý do","đi công tác","","","","",""',
    )
  })

  it.each([
    ['=1+1', "'=1+1"],
    ['+84 912', "'+84 912"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'=1"],
    ['  =cmd', "'=cmd"],
    ['＝1+1', "'＝1+1"],
    ['=HYPERLINK("http://x","y")', '\'=HYPERLINK(""http://x"",""y"")'],
    ['Sở "A", phường B', 'Sở ""A"", phường B'],
    ['hai\r\ndòng', 'hai dòng'],
    ['Nguyễn Văn An', 'Nguyễn Văn An'],
  ])('writes %j as %j, quoted', (text, cell) => {
    expect(csvCell(text)).toBe(`"${cell}"`)
  })
})
