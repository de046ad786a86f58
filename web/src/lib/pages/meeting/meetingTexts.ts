import { catalogue } from '#web/text/catalogue.ts'

/** The texts of one meeting: its plan, its page, its minutes; the layout of these pages loads and provides them. */
export const [meetingTexts, provideMeetingTexts, loadMeetingTexts] = catalogue({
  vi: () => import('./vi.ts'),
  en: () => import('./en.ts'),
})
