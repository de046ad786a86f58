import { createContext } from 'svelte'
import type { Locale } from '#web/preferences.ts'
import type { AdminMessages } from '#web/pages/admin/admin.vi.ts'
import type { MeetingMessages } from '#web/pages/meeting/meeting.vi.ts'
import type { MinutesMessages } from '#web/pages/minutes/minutes.vi.ts'
import type { PlanMessages } from '#web/pages/plan/plan.vi.ts'
import type { ShellMessages } from '#web/shell/shell.vi.ts'

/** The office's catalogue. */
export interface OfficeTexts {
  shell: ShellMessages
  meeting: MeetingMessages
  plan: PlanMessages
  minutes: MinutesMessages
  admin: AdminMessages
}

/** The office's catalogue in a component; see messages/texts.ts. */
export const [officeTexts, provideOfficeTexts] = createContext<OfficeTexts>()

/** Loads one language of the office. */
export async function loadOfficeTexts(locale: Locale): Promise<OfficeTexts> {
  const { shell, meeting, plan, minutes, admin } = await (locale === 'en'
    ? import('./en.ts')
    : import('./vi.ts'))
  return { shell, meeting, plan, minutes, admin }
}
