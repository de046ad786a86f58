import { KeptText } from '#web/keptText.ts'
import type { PlanFields } from './planFields.ts'

/** A plan while it is being written, kept in this tab: a reload or a lost page loses nothing. */
export class PlanDraft {
  readonly #kept: KeptText

  constructor(meetingId: string | undefined, userId: string) {
    this.#kept = new KeptText(`plan of ${meetingId ?? 'new'}`, userId)
  }

  keep(fields: PlanFields): void {
    this.#kept.keep(JSON.stringify(fields))
  }

  /** Null when there is none, or when it cannot be read any more. */
  read(): PlanFields | null {
    const text = this.#kept.read()
    if (text === null) return null
    try {
      return JSON.parse(text) as PlanFields // written by `keep`, in this tab
    } catch (cause) {
      console.warn('keptPlanUnreadable', cause)
      return null
    }
  }

  drop(): void {
    this.#kept.drop()
  }
}
