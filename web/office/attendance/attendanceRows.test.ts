import { describe, expect, it } from 'vitest'
import { attendanceRows } from './attendanceRows.ts'
import { after, briefing, ends, invited, joins, marks } from '#office/minutes/testing/minutesTestCall.ts'

describe('the attendance list', () => {
  const rows = attendanceRows(briefing(), after(500))

  it('has chair and secretary first, officials before guests, units in Vietnamese order, their rooms first, people by given name', () => {
    expect(rows.map((row) => row.participantId)).toEqual([
      'chair',
      'secretary',
      'farHall',
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
      farHall: 'present',
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
      'farHall',
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
      siteName: 'Hội trường (Phường Hoàn Kiếm)',
      firstJoinedAtMs: after(12),
      lastLeftAtMs: null,
      totalMs: 0,
      joinCount: 0,
    })
  })
})
