import type { LifeStage } from './LifeLine.svelte'
import type { Formats } from '#web/text/format.ts'
import type { MeetingMessages } from './meeting.vi.ts'
import type { MeetingDetail } from '#office/meetings/meetings.ts'

/** A meeting's life as the line shows it: plan, invitation, call, minutes, publication. */
export function lifeStagesOf(
  meeting: Pick<MeetingDetail, 'status' | 'participants' | 'startsAtMs' | 'minutesState'>,
  m: MeetingMessages,
  format: Formats,
): LifeStage[] {
  const { status, minutesState } = meeting
  const asked = meeting.participants.filter((participant) => participant.kind === 'person')
  const answered = asked.filter((participant) => participant.response !== 'pending').length
  const isCancelled = status === 'cancelled'
  const isOver = status === 'ended'
  const after = (detail: string): Pick<LifeStage, 'state' | 'detail'> =>
    isCancelled ? { state: 'skipped', detail: m.life.notHeld } : { state: 'coming', detail }
  return [
    {
      id: 'plan',
      label: m.life.plan,
      ...(isCancelled
        ? { state: 'skipped', detail: m.life.cancelled }
        : status === 'draft'
          ? { state: 'now', detail: m.life.draft }
          : { state: 'done', detail: m.life.planned }),
    },
    {
      id: 'invitation',
      label: m.life.invitation,
      ...(status === 'draft' || isCancelled
        ? after(m.life.notYet)
        : {
            state: status === 'scheduled' ? 'now' : 'done',
            detail: m.life.answers(answered, asked.length),
          }),
    },
    {
      id: 'call',
      label: m.life.call,
      ...(status === 'open'
        ? { state: 'now', detail: m.life.open }
        : isOver
          ? { state: 'done', detail: m.life.ended }
          : after(format.moment(meeting.startsAtMs))),
    },
    {
      id: 'minutes',
      label: m.life.minutes,
      ...(isOver
        ? minutesState === 'approved' || minutesState === 'published'
          ? { state: 'done', detail: m.life.minutesStates.approved }
          : { state: 'now', detail: m.life.minutesStates[minutesState ?? 'missing'] }
        : after(m.life.notYet)),
    },
    {
      id: 'publish',
      label: m.life.publish,
      ...(minutesState === 'published'
        ? { state: 'done', detail: m.life.minutesStates.published }
        : minutesState === 'approved'
          ? { state: 'now', detail: m.life.notYet }
          : after(m.life.notYet)),
    },
  ]
}
