import type { Locale } from '#web/preferences.ts'

/** What is said while the pages' process starts again. */
export const awayText: Record<Locale, { title: string; what: string; cure: string; again: string }> = {
  vi: {
    title: 'Điểm Cầu',
    what: 'Các trang đang được mở lại, mất vài giây.',
    cure: 'Trang này sẽ tự tải lại. Nếu bạn vừa gửi một biểu mẫu, hãy quay lại và gửi lần nữa.',
    again: 'Tải lại ngay',
  },
  en: {
    title: 'Điểm Cầu',
    what: 'The pages are being opened again, which takes a few seconds.',
    cure: 'This page reloads by itself. If you have just sent a form, go back and send it once more.',
    again: 'Reload now',
  },
}
