import { expect, it } from 'vitest'
import { bodyKinds, bodyOffices } from '#contract/bodies.ts'
import {
  invitationResponses,
  meetingKinds,
  meetingRoles,
  meetingStatuses,
  unitRoles,
} from '#contract/meeting.ts'
import { officeRoles } from '#contract/officeRole.ts'
import { settingDefinitions, settingKeys } from '#contract/settings.ts'
import { auditDetail } from '#office/audit/auditDetail.ts'
import type { AuditNamed } from '#office/audit/auditShown.ts'
import type { AuditTold } from '#office/audit/auditTold.ts'
import { loadAdminTexts } from '#web/pages/admin/adminTexts.ts'
import { loadTexts } from '#web/text/texts.ts'
import { auditWords } from './auditWords.ts'

const named = (id: string): AuditNamed => ({ id, kind: null, name: null, meetingId: null })

async function toldIn(
  locale: 'vi' | 'en',
  action: string,
  detail: object,
  subject = 'x',
): Promise<AuditTold> {
  const [t, { audit, settings }] = await Promise.all([loadTexts(locale), loadAdminTexts(locale)])
  const { changes, facts } = auditDetail(detail)
  return auditWords({ t, audit, settings }).tell({
    ...{ action, actor: named('system'), subject: named(subject), changes, facts },
  })
}

const change = (field: string, to: unknown) => ({ changes: [{ field, from: '', to }] })
const sitesRemoved = (role: string) => ({
  changes: [{ field: 'sites', removed: [`${role} Hội trường`], added: [] }],
})

/** What each action stores of closed sets and fields of ours, as the sources have it. */
const stored: Readonly<Record<string, readonly object[]>> = {
  'role.given': [...unitRoles, ...officeRoles, 'none'].map((role) => ({ role, unitId: 'all' })),
  'meeting.updated': [
    ...meetingStatuses.map((status) => change('status', status)),
    ...meetingKinds.map((kind) => change('kind', kind)),
    ...meetingRoles.map((role) => change('people', [`${role} An`])),
    ...['central', 'member'].map(sitesRemoved),
  ],
  'meeting.deleted': [{ was: { status: 'draft', isRecordingPlanned: false, sites: ['central A'] } }],
  'meeting.cancelled': [{ cancelReason: 'Bão' }],
  'body.created': bodyKinds.map((kind) => ({ kind, term: '2026–2031', from: '2026-05-01' })),
  'body.changed': bodyKinds.map((kind) => ({ before: { kind: 'x' }, after: { kind } })),
  'body.officeGiven': bodyOffices.map((office) => ({ mandateId: 'm', office, from: '2026-05-01' })),
  'body.memberRemoved': [
    { mandateId: 'm', was: { name: 'An', mayVote: true, userId: 'u', endReason: 'Nghỉ' } },
  ],
  'body.membersAdded': [{ from: '2026-05-01', until: null, count: 1, names: ['An'] }],
  'body.memberEnded': [{ mandateId: 'm', name: 'An', until: '2026-05-01', endReason: 'Nghỉ' }],
  'invitation.answered': invitationResponses.map((response) => ({ participantId: 'p', response })),
  'session.confirmed': ['password', 'totp', 'recoveryCode', 'passkey'].map((factor) => ({ factor })),
  'secondFactor.refused': ['wrong', 'used', 'unknown', 'challenge', 'counter', 'registration'].map(
    (reason) => ({
      ...{ factor: 'passkey', reason },
    }),
  ),
  'person.exported': ['csv', 'xlsx', 'docx', 'pdf', 'html', 'json'].map((format) => ({ format })),
  'audit.exported': [
    { format: 'csv', q: 'a', about: 'b', address: 'c', from: '2026-05-01', to: '2026-05-02' },
    ...['meeting.created', 'session'].map((action) => ({ action })),
  ],
  'audit.verified': ['empty', 'changed', 'unkeyed', 'keyUnknown', 'lost'].map((why) => ({
    ...{ isWhole: false, count: 1, entryId: '1', why },
  })),
  'audit.keyed': [{ keyId: '1' }],
  'presence.marked': [{ participantId: 'p', siteId: 's', isPresent: true }],
  'participant.removed': [{ participantId: 'p', isBanned: true }],
  'call.joined': [{ by: 'p' }],
  'joinLink.opened': [{ linkId: '1' }],
  'recording.deleted': [{ recordingId: 'r', days: 90 }],
  'recording.kept': [{ recordingId: 'r', reason: 'Còn cần' }],
  'schedule.asked': [{ startsAtMs: 1790000000000, endsAtMs: 1790000000000, userIds: ['u'], count: 1 }],
  'attendance.exported': [{ format: 'csv', rowCount: 3 }],
  'site.changed': [{ unitId: 'u', ...change('location', 'B') }],
  'unit.corrected': [change('parentId', 'u')],
  'unit.quotaChanged': [change('recordingQuotaGb', 10)],
  'setting.changed': settingKeys.map((key) => ({
    ...{ settingChangeId: 1, validFromMs: 1790000000000, reason: 'x' },
    changes: [{ field: key, from: null, to: settingDefinitions[key].standard }],
  })),
}

const isCode = (text: string) =>
  text === 'by' ||
  /^[a-z]+(?:[A-Z_.]\w*)+$/.test(text) ||
  /[{}"]/.test(text) ||
  /^(?:central|member|none|all|true|false)\b/.test(text)

it.each(['vi', 'en'] as const)('tells whatever an action stores in words (%s)', async (locale) => {
  const codes: string[] = []
  const details = Object.entries(stored).flatMap(([action, list]) =>
    list.map((one) => [action, one] as const),
  )
  for (const [action, detail] of details) {
    const told = await toldIn(locale, action, detail)
    const texts = [
      ...[told.actor, told.action],
      ...told.facts.flatMap(({ field, value }) => [field, value]),
      ...told.changes.flatMap(({ field, from, to }) => [field, from, to]),
    ]
    codes.push(...texts.filter(isCode).map((text) => `${action}: ${text}`))
  }
  expect(codes).toEqual([])
})

it('names sites with their role, rules by their name and values by their unit', async () => {
  const sites = [{ field: 'sites', removed: ['central Hội trường A'], added: ['member Phường B'] }]
  expect(await toldIn('vi', 'meeting.updated', { changes: sites })).toMatchObject({
    changes: [{ field: 'Điểm cầu', from: 'Hội trường A (Trung tâm)', to: 'Phường B (Thành phần)' }],
  })
  const rule = { changes: [{ field: 'noticeWorkingDays', from: 3, to: 5 }] }
  expect(await toldIn('vi', 'setting.changed', rule, 'setting:noticeWorkingDays')).toMatchObject({
    subject: 'Quy định: Thời hạn gửi giấy mời',
    changes: [{ field: 'Thời hạn gửi giấy mời', from: '3 ngày làm việc', to: '5 ngày làm việc' }],
  })
  const { standard } = settingDefinitions['decisions.briefing']
  const decisions = [{ field: 'decisions.briefing', from: standard, to: { ...standard, tie: 'chair' } }]
  expect(await toldIn('vi', 'setting.changed', { changes: decisions })).toMatchObject({
    changes: [
      {
        field: 'Túc số và biểu quyết, Họp giao ban',
        from: 'Khi số phiếu ngang nhau: Không thông qua',
        to: 'Khi số phiếu ngang nhau: Theo ý kiến của chủ trì',
      },
    ],
  })
})

it('leaves out of an agenda what an item does not have', async () => {
  const changes = [{ field: 'agenda', removed: [], added: ['Kết luận ·  · 20'] }]
  expect(await toldIn('vi', 'meeting.updated', { changes })).toMatchObject({
    changes: [{ to: 'Kết luận · 20' }],
  })
})

it('leaves what people wrote as they wrote it', async () => {
  const changes = [{ field: 'title', from: 'open', to: 'secretary work' }]
  expect(await toldIn('vi', 'meeting.updated', { changes, reason: 'used' })).toMatchObject({
    changes: [{ from: 'open', to: 'secretary work' }],
    facts: [{ value: 'used' }],
  })
})
