import { createContext } from 'svelte'
import type { Locale } from '#web/preferences.ts'
import type { AdminMessages } from './admin.vi.ts'
import type { MeetingMessages } from './meeting.vi.ts'
import type { MinutesMessages } from './minutes.vi.ts'
import type { PlanMessages } from './plan.vi.ts'
import type { ShellMessages } from './shell.vi.ts'

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
