import { requestJson } from '#web/requestJson.ts'
import type { AttendanceList } from '#office/attendance/attendance.ts'

/** A meeting's attendance that stays fresh while its page is looked at. */
export class AttendanceFeed {
  readonly #meetingId: string
  #attendance = $state.raw<AttendanceList>({ rows: [], asOfMs: 0, presentCount: 0, expectedCount: 0 })
  #isStale = $state(false)

  constructor(meetingId: string, attendance: AttendanceList) {
    this.#meetingId = meetingId
    this.#attendance = attendance
  }

  get attendance(): AttendanceList {
    return this.#attendance
  }

  /** The last attempt failed; what is shown is older. */
  get isStale(): boolean {
    return this.#isStale
  }

  /** For an `$effect`: asks every few seconds while the page is visible, until the cleanup is called. */
  follow(everyMs = 4000): () => void {
    const closing = new AbortController()
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void this.#ask(closing.signal)
    }, everyMs)
    return () => {
      clearInterval(timer)
      closing.abort()
    }
  }

  async #ask(signal: AbortSignal): Promise<void> {
    try {
      this.#attendance = await requestJson<AttendanceList>(`/api/meetings/${this.#meetingId}/attendance`, {
        signal,
      })
      this.#isStale = false
    } catch (thrown) {
      if (signal.aborted) return
      this.#isStale = true
      console.warn('attendance', thrown)
    }
  }
}
