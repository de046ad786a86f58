import { describe, expect, it } from 'vitest'
import type { MeetingRole } from './meeting.ts'
import type { HeldRole } from './officeRole.ts'
import { actions, allows, scopesOf, type Action, type Actor } from './permissions.ts'

const nobody: Actor = { isSystemAdmin: false, unitRoles: [] }
const here = { unitId: 'unit-here' }
const held = (role: HeldRole, unitId = here.unitId): Actor => ({
  ...nobody,
  unitRoles: [{ unitId, role }],
})
const inMeeting = (meetingRole: MeetingRole, actor: Actor = nobody): Actor => ({ ...actor, meetingRole })

/** All that somebody may do with a meeting of this unit. */
function allowed(actor: Actor, on: Parameters<typeof allows>[2] = {}): Action[] {
  return actions.filter((action) => allows(actor, action, { ...here, meetingStatus: 'scheduled', ...on }))
}

describe('rights', () => {
  it('nobody may do anything', () => {
    expect(allowed(nobody)).toEqual([])
    expect(allowed(held('official'))).toEqual([])
    expect(allowed(held('secretary', 'unit-elsewhere'))).toEqual(['directory:search'])
  })

  it('an administrator administers, and sees no meeting for that', () => {
    expect(allowed({ ...nobody, isSystemAdmin: true })).toEqual([
      ...[
        'system:administer',
        'settings:change',
        'audit:see',
        'audit:export',
        'people:administer',
        'person:change',
      ],
      ...['role:withdraw', 'sites:administer', 'site:change', 'body:change', 'directory:search', 'email:see'],
    ])
  })

  it('a secretary of the unit runs its meetings from outside, and is in none of its calls', () => {
    expect(allowed(held('secretary'))).toEqual([
      'site:change',
      'body:change',
      'directory:search',
      'meeting:create',
      'meeting:see',
      'meeting:edit',
      'meeting:cancel',
      'meeting:delete',
      'attendance:see',
      'attendance:mark',
      'minutes:see',
      'minutes:edit',
      'minutes:recall',
      'minutes:publish',
      'recording:see',
      'recording:keep',
    ])
  })

  it('recordings are deleted by who keeps and who administers, once the minutes are published', () => {
    const published = { minutesAreApproved: true, minutesArePublished: true }
    const whole = { ...nobody, isSystemAdmin: true }
    for (const actor of [whole, held('unit_admin'), held('secretary'), inMeeting('secretary')]) {
      expect(allowed(actor, published)).toContain('recording:delete')
      expect(allowed(actor, { minutesAreApproved: true })).not.toContain('recording:delete')
    }
    for (const actor of [inMeeting('chair'), held('clerk'), held('unit_admin', 'unit-elsewhere')]) {
      expect(allowed(actor, published)).not.toContain('recording:delete')
    }
  })

  it('an auditor reads the log, and nothing else', () => {
    expect(allowed({ ...nobody, isAuditor: true })).toEqual(['audit:see', 'audit:export'])
  })

  it('a technician has the halls of the unit, a clerk its minutes once they are approved', () => {
    expect(allowed(held('technician'))).toEqual(['sites:administer', 'site:change'])
    expect(allowed(held('technician', 'unit-elsewhere'))).toEqual(['sites:administer'])
    expect(allowed(held('clerk'))).toEqual([])
    const approved = { minutesAreApproved: true }
    expect(allowed(held('clerk'), approved)).toEqual(['meeting:see', 'minutes:see', 'minutes:publish'])
    expect(allowed(held('clerk', 'unit-elsewhere'), approved)).toEqual([])
  })

  it('an administrator of a unit has its people, roles and halls, and none of its meetings', () => {
    const person = { personUnitIds: [here.unitId] }
    expect(allowed(held('unit_admin'), { ...person, role: 'clerk' })).toEqual([
      ...[
        'people:administer',
        'person:change',
        'role:give',
        'role:withdraw',
        'sites:administer',
        'site:change',
        'body:change',
      ],
      ...['directory:search', 'email:see'],
    ])
    const may = (on: Parameters<typeof allows>[2]) =>
      actions.filter((action) => allows(held('unit_admin'), action, { ...here, ...person, ...on }))
    for (const role of ['system_admin', 'auditor'] as const) {
      expect(may({ role })).not.toContain('role:give')
      expect(may({ role })).not.toContain('role:withdraw')
    }
    expect(may({ role: 'clerk', unitId: 'unit-elsewhere' })).not.toContain('role:give')
    expect(may({ role: 'clerk', isSelf: true })).not.toContain('role:give')
    expect(may({ role: 'clerk', personUnitIds: ['unit-elsewhere'] })).not.toContain('role:give')
    // What holds more than the unit has is not taken over.
    expect(may({ personUnitIds: [here.unitId, 'unit-elsewhere'] })).not.toContain('person:change')
    expect(may({ personIsOfSystem: true })).not.toContain('person:change')
    expect(may({ personUnitIds: [] })).not.toContain('person:change')
  })

  it('the chair decides, the secretary writes', () => {
    const office = ['meeting:see', 'attendance:see', 'minutes:see', 'recording:see']
    const call = ['call:open', 'call:join', 'call:speak', 'call:shareScreen', 'call:chat']
    const runs = [...office, ...call, 'call:moderate', 'call:agenda', 'recording:stop']
    const chair = [...runs, 'minutes:approve', 'call:end', 'recording:approve']
    const secretary = [
      ...runs,
      ...[
        'meeting:edit',
        'meeting:cancel',
        'meeting:delete',
        'attendance:mark',
        'minutes:edit',
        'minutes:recall',
        'minutes:publish',
      ],
      'recording:propose',
      'recording:keep',
    ]
    expect(allowed(inMeeting('chair')).toSorted()).toEqual(chair.toSorted())
    expect(allowed(inMeeting('secretary')).toSorted()).toEqual(secretary.toSorted())
  })

  it('delegates and guests take part; guests show no screens; technicians open and mark', () => {
    const guest = ['meeting:see', 'call:join', 'call:speak', 'call:chat']
    expect(allowed(inMeeting('guest'))).toEqual(guest)
    expect(allowed(inMeeting('delegate')).toSorted()).toEqual([...guest, 'call:shareScreen'].toSorted())
    expect(allowed(inMeeting('technician')).toSorted()).toEqual(
      [...guest, 'call:shareScreen', 'call:open', 'attendance:mark'].toSorted(),
    )
  })

  it('minutes are for those who took part once they are published', () => {
    expect(allowed(inMeeting('delegate'), { minutesArePublished: true })).toContain('minutes:see')
    expect(allowed(nobody, { minutesArePublished: true })).toEqual([])
  })

  it('a draft is seen by who makes it, also by the unit’s secretary who is to come as a delegate', () => {
    const draft = { meetingStatus: 'draft' } as const
    expect(allowed(inMeeting('delegate'), draft)).not.toContain('meeting:see')
    expect(allowed(inMeeting('guest'), draft)).not.toContain('meeting:see')
    for (const actor of [inMeeting('chair'), inMeeting('secretary'), held('secretary')])
      expect(allowed(actor, draft)).toContain('meeting:see')
    expect(allowed(inMeeting('delegate', held('secretary')), draft)).toContain('meeting:see')
  })

  it('who runs a meeting ends its open call from the office, and opens one again that ended; nobody else does', () => {
    const running = [held('secretary'), inMeeting('secretary'), inMeeting('chair')]
    for (const actor of running) {
      expect(allowed(actor, { meetingStatus: 'open' })).toContain('meeting:end')
      expect(allowed(actor, { meetingStatus: 'open' })).not.toContain('meeting:reopen')
      expect(allowed(actor, { meetingStatus: 'ended' })).toContain('meeting:reopen')
      expect(allowed(actor, { meetingStatus: 'ended' })).not.toContain('meeting:end')
    }
    for (const actor of [inMeeting('delegate'), inMeeting('technician'), held('official'), nobody])
      for (const meetingStatus of ['open', 'ended'] as const)
        expect(allowed(actor, { meetingStatus }).filter((one) => /:(end|reopen)$/.test(one))).toEqual([])
  })

  it('a plan is deleted by who makes it, and never once it was opened or called off', () => {
    for (const actor of [held('secretary'), inMeeting('secretary')]) {
      for (const meetingStatus of ['draft', 'scheduled'] as const)
        expect(allowed(actor, { meetingStatus })).toContain('meeting:delete')
      for (const meetingStatus of ['open', 'ended', 'cancelled'] as const)
        expect(allowed(actor, { meetingStatus })).not.toContain('meeting:delete')
    }
    for (const actor of [inMeeting('chair'), inMeeting('delegate'), held('unit_admin'), nobody])
      expect(allowed(actor, { meetingStatus: 'draft' })).not.toContain('meeting:delete')
  })

  it('what is over is not planned again', () => {
    for (const meetingStatus of ['ended', 'cancelled'] as const) {
      for (const actor of [held('secretary'), inMeeting('secretary')]) {
        expect(allowed(actor, { meetingStatus })).not.toContain('meeting:edit')
        expect(allowed(actor, { meetingStatus })).not.toContain('meeting:cancel')
      }
    }
  })
})

describe('the scopes of a call', () => {
  it('are given by what one may do', () => {
    expect(scopesOf(nobody)).toEqual([])
    expect(scopesOf(inMeeting('delegate'), here)).toEqual(['all', 'own'])
    expect(scopesOf(inMeeting('guest'), here)).toEqual(['all', 'own'])
    expect(scopesOf(inMeeting('technician'), here)).toEqual(['all', 'own', 'technicians'])
    for (const role of ['chair', 'secretary'] as const) {
      expect(scopesOf(inMeeting(role), here)).toEqual(['all', 'own', 'moderators'])
    }
    // The unit's secretary who came as a delegate sees the attendance all the same.
    expect(scopesOf(inMeeting('delegate', held('secretary')), here)).toEqual(['all', 'own', 'moderators'])
  })
})
