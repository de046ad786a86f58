import { describe, expect, it } from 'vitest'
import { ParticipantId } from '#contract/ids.ts'
import { attendanceCsv, csvCell } from './attendanceCsv.ts'
import { attendanceRows } from './attendanceRows.ts'
import { attendanceTable } from './attendanceTable.ts'
import { after, briefing } from '#office/minutes/testing/minutesTestCall.ts'

describe('the attendance list as CSV', () => {
  const facts = briefing()
  const participantId = facts.participants.find(({ name }) => name === 'Phạm Thị Hường')?.id
  const known = {
    ...{ type: 'recordingAcknowledged' as const, atMs: after(18) },
    participantId: ParticipantId.parse(participantId),
  }
  const rows = attendanceRows({ ...facts, events: [...facts.events, known] }, after(500))
  const csv = attendanceCsv(attendanceTable(rows, facts))
  const lines = csv.split('\r\n')

  it('says what it is of, in a byte order mark’s UTF-8 and lines that end with CRLF', () => {
    expect(csv.startsWith('\uFEFF"Danh sách điểm danh: Họp giao ban tháng 11 năm 2026"\r\n')).toBe(true)
    expect(lines[1]).toBe('"Bắt đầu theo kế hoạch","2026-11-23 08:00:00"')
    expect(lines[2]).toBe('')
    expect(lines[3]?.startsWith('"STT","Họ và tên hoặc điểm cầu",')).toBe(true)
    expect(csv.endsWith('\r\n')).toBe(true)
    expect(csv.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(lines).toHaveLength(16)
  })

  it('quotes every cell, gives times of Hanoi by ISO 8601 and lengths as hh:mm:ss', () => {
    expect(lines.find((one) => one.includes('Phạm Thị Hường'))).toBe(
      '"8","Phạm Thị Hường","Phó Giám đốc","Sở Y tế","Đại biểu","Xác nhận dự","Có mặt, đến muộn","","Hội trường (Phường Ba Đình)","2026-11-23 08:17:00","2026-11-23 09:30:00","01:12:00","2","2026-11-23 08:18:00"',
    )
    for (const one of lines.slice(3, -1)) expect(one).toMatch(/^("[^"]*",){13}"[^"]*"$/)
  })

  it("calls a room a room, and says of nobody's invitation that it has not answered", () => {
    const room = lines.find((one) => one.includes('"Điểm cầu",'))
    expect(room?.split(',').slice(4, 7)).toEqual(['"Điểm cầu"', '""', '"Có mặt"'])
  })

  it('gives the reason of who stayed away and no times', () => {
    expect(lines.find((one) => one.includes('Đỗ Quang Vỹ'))).toBe(
      '"7","Đỗ Quang Vỹ","","Sở Xây dựng","Đại biểu","Báo vắng","Vắng có lý do","đi công tác","","","","","",""',
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
