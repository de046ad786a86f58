import { KeptText } from '#web/keptText.ts'
import type { PlanFields } from './planFields.ts'

/** What was typed, and the version that it was typed over. */
export interface KeptPlan {
  fields: PlanFields
  base: PlanFields
}

/** A plan while it is being written, kept in this tab: a reload or a lost page loses nothing. */
export class PlanDraft {
  readonly #kept: KeptText

  constructor(meetingId: string | undefined, userId: string) {
    this.#kept = new KeptText(`plan of ${meetingId ?? 'new'}`, userId)
  }

  keep(plan: KeptPlan): void {
    this.#kept.keep(JSON.stringify(plan))
  }

  /** Null when there is none, or when it cannot be read any more. */
  read(): KeptPlan | null {
    const text = this.#kept.read()
    if (text === null) return null
    try {
      const kept = JSON.parse(text) as Partial<KeptPlan> // written by `keep`, in this tab
      return kept.fields && kept.base ? { fields: kept.fields, base: kept.base } : null
    } catch (cause) {
      console.warn('keptPlanUnreadable', cause)
      return null
    }
  }

  drop(): void {
    this.#kept.drop()
  }
}
