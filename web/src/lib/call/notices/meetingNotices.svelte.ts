import type { ErrorCode } from '#contract/errors.ts'
import type { DeviceProblem, DeviceSource } from '#web/call/media/devices.ts'
import type { News } from './meetingNews.ts'

/** What a notice can say: news of the meeting, or that something asked for did not work. */
export type NoticeSubject =
  | News
  | { kind: 'failed'; code: ErrorCode }
  | { kind: 'deviceFailed'; source: DeviceSource; problem: DeviceProblem }

/** A quiet word in the corner. */
export type Notice = { id: number } & NoticeSubject

const shownMs = 6000
const shownAtMost = 2

/** The notices of one call; each goes by itself. Words are found where they are shown. */
export class Notices {
  #items = $state.raw<Notice[]>([])
  #nextId = 1
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>()

  get items(): readonly Notice[] {
    return this.#items
  }

  show(notice: NoticeSubject): void {
    const id = this.#nextId++
    // The newest word on one subject is enough.
    const others = this.#items.filter((item) => item.kind !== notice.kind || item.kind === 'mutedByOther')
    this.#items = [...others, { ...notice, id }].slice(-shownAtMost)
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), shownMs),
    )
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    this.#items = this.#items.filter((item) => item.id !== id)
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }
}
