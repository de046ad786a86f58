import type { AgendaItemView } from '#contract/room/agenda.ts'
import type { CallMessages } from '#web/call/call.vi.ts'
import type { Texts } from '#web/text/texts.ts'
import type { Notice } from './meetingNotices.svelte.ts'

/** The words of a notice; empty when there is nothing to say. */
export function noticeText(
  notice: Notice,
  c: CallMessages,
  errors: Texts['errors'],
  agenda: readonly AgendaItemView[],
): string {
  switch (notice.kind) {
    case 'failed':
      return `${errors[notice.code].what} ${errors[notice.code].cure}`
    case 'deviceFailed': {
      const { what, cure } = c.problems[notice.source][notice.problem]
      return `${what} ${cure}`
    }
    case 'mutedByOther':
      if (notice.source === 'camera') return c.news.mutedCamera
      if (notice.source === 'screen') return c.news.mutedScreen
      return notice.isForbidden ? c.news.forbiddenMicrophone : c.news.mutedMicrophone
    case 'unmuteAllowed':
      return c.news.unmuteAllowed
    case 'handLowered':
      return c.news.handLowered
    case 'handRaised':
      return c.news.handRaised(notice.name)
    case 'recording':
      switch (notice.state) {
        case 'recording':
          return c.news.recordingOn
        case 'off':
          return c.news.recordingOff
        case 'failed':
          return c.news.recordingFailed
        default:
          return ''
      }
    case 'agendaItem':
      return c.news.agendaItem(agenda.find((item) => item.id === notice.itemId)?.title ?? '')
    case 'message':
      return c.news.message(notice.name, notice.text)
  }
}
