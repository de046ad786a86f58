import type { PlanFields } from './planForm.svelte.ts'

const keyOf = (meetingId: string | undefined): string => `plan:${meetingId ?? 'new'}`

/** Keeps what is being written in this tab, so that a reload or a lost page loses nothing. */
export function keepDraft(meetingId: string | undefined, fields: PlanFields): void {
  sessionStorage.setItem(keyOf(meetingId), JSON.stringify(fields))
}

/** What was being written in this tab; null when nothing, or when it cannot be read any more. */
export function keptDraft(meetingId: string | undefined): PlanFields | null {
  const text = sessionStorage.getItem(keyOf(meetingId))
  if (text === null) return null
  try {
    return JSON.parse(text) as PlanFields // written by keepDraft, in this tab
  } catch (cause) {
    console.warn('kept plan', cause)
    return null
  }
}

/** Forgets it: it was saved, or is no longer wanted. */
export function dropDraft(meetingId: string | undefined): void {
  sessionStorage.removeItem(keyOf(meetingId))
}
