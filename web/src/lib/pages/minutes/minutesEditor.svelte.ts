import type { ErrorCode } from '#contract/errors.ts'
import type { MinutesContent } from '#contract/minutes.ts'
import { KeptText } from '#web/keptText.ts'
import { requestJson, RequestFailure } from '#web/requestJson.ts'
import { UndoSteps } from './undoSteps.svelte.ts'

/** How what is on the page stands to what is stored. */
export type SaveState = 'saved' | 'unsaved' | 'saving' | 'failed' | 'conflict'

/** The minutes that an editor begins with. */
export interface EditedMinutes {
  meetingId: string
  userId: string
  content: MinutesContent
  version: number
  savedAtMs: number
}

const saveDelayMs = 1200
const retryDelayMs = 5000
/** Failures that may pass by themselves, or when the writer signs in in another tab. */
const passing = new Set<ErrorCode>([
  'unauthenticated',
  'rate_limited',
  'timeout',
  'internal',
  'disk_full',
  'storage_unavailable',
  'node_closing',
])

/**
 * Minutes while they are written. Saves by itself a moment after the last change; what is not stored yet is kept in
 * this tab. Knows when somebody else saved in between, and lets the writer choose; undoes and redoes.
 *
 *   saved → unsaved → saving → saved; saving → failed → saving …; saving → conflict → (keep) saving | (give up) saved
 */
export class MinutesEditor {
  readonly content = $state<MinutesContent>(emptyContent())
  readonly #path: string
  readonly #kept: KeptText
  readonly #steps: UndoSteps
  #version: number
  #state = $state<SaveState>('saved')
  #failure = $state<ErrorCode | null>(null)
  #isRestored = $state(false)
  #savedAtMs = $state(0)
  #stored: string
  #current: string
  #timer: ReturnType<typeof setTimeout> | undefined
  #saving: Promise<void> | undefined
  #isClosed = false
  /** What the next save replaces was never on this page, and stays in the history even if its writer is the same. */
  #isApart = false

  constructor({ meetingId, userId, content, version, savedAtMs }: EditedMinutes) {
    this.#path = `/api/meetings/${meetingId}/minutes`
    this.#kept = new KeptText(`minutes ${meetingId}`, userId)
    Object.assign(this.content, structuredClone(content))
    this.#version = version
    this.#savedAtMs = savedAtMs
    this.#stored = JSON.stringify(content)
    this.#current = this.#stored
    this.#steps = new UndoSteps()
  }

  get version(): number {
    return this.#version
  }

  get state(): SaveState {
    return this.#state
  }

  /** Why the last attempt to save failed; null when it did not. */
  get failure(): ErrorCode | null {
    return this.#failure
  }

  /** The page began with text that was kept in this tab. */
  get isRestored(): boolean {
    return this.#isRestored
  }

  get savedAtMs(): number {
    return this.#savedAtMs
  }

  get canUndo(): boolean {
    return this.#steps.canUndo
  }

  get canRedo(): boolean {
    return this.#steps.canRedo
  }

  /** Takes up what was kept in this tab and never stored. In the browser only. */
  restore(): void {
    const kept = keptMinutes(this.#kept)
    if (!kept || kept.text === this.#stored) return this.#kept.drop()
    this.#isRestored = true
    this.#state = kept.version === this.#version ? 'unsaved' : 'conflict'
    this.#show(kept.text)
  }

  /** To be called when somebody types into a field: what is typed at one go is undone at one go. */
  typed(field: EventTarget | null): void {
    this.#steps.typed(field)
  }

  /** To be called with the content's text whenever it may have changed (an `$effect` does). */
  noticed(text: string): void {
    if (text === this.#current) return
    this.#steps.add(this.#current)
    this.#changedTo(text)
  }

  undo(): void {
    const text = this.#steps.undo(this.#current)
    if (text !== null) this.#show(text)
  }

  redo(): void {
    const text = this.#steps.redo(this.#current)
    if (text !== null) this.#show(text)
  }

  /** Saves now what is unsaved. Resolves when stored; check `state` for whether it was. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#saving
    if (this.#state === 'unsaved' || this.#state === 'failed') await this.#save()
  }

  /** After a conflict: what is on this page replaces the other version, which stays in the history of versions. */
  async keepMine(): Promise<void> {
    try {
      this.#version = (await this.#ask()).version
    } catch (thrown) {
      this.#failure = codeOf(thrown)
      return
    }
    this.#isApart = true
    this.#state = 'unsaved'
    await this.flush()
  }

  /** After a conflict: what is on this page is not wanted; the page may be loaded anew. */
  giveUp(): void {
    this.close()
    this.#kept.drop()
    this.#state = 'saved'
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #show(text: string): void {
    Object.assign(this.content, JSON.parse(text))
    this.#changedTo(text)
  }

  #changedTo(text: string): void {
    this.#current = text
    this.#kept.keep(JSON.stringify({ version: this.#version, text }))
    if (this.#state === 'conflict') return
    // As long as a save is on its way, what is stored is about to be another text.
    if (text === this.#stored && !this.#saving) {
      clearTimeout(this.#timer)
      this.#kept.drop()
      this.#state = 'saved'
      return
    }
    this.#state = 'unsaved'
    this.#saveIn(saveDelayMs)
  }

  #saveIn(delayMs: number): void {
    clearTimeout(this.#timer)
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.#save(), delayMs)
  }

  #save(): Promise<void> {
    this.#saving ??= this.#store().finally(() => (this.#saving = undefined))
    return this.#saving
  }

  async #store(): Promise<void> {
    const text = this.#current
    this.#state = 'saving'
    try {
      const body = {
        version: this.#version,
        content: JSON.parse(text),
        ...(this.#isApart ? { isApart: true } : {}),
      }
      this.#storedAs((await requestJson<{ version: number }>(this.#path, { body })).version, text)
    } catch (thrown) {
      const code = codeOf(thrown)
      if (code === 'conflict') return this.#resolve(text)
      console.warn('minutesNotSaved', thrown)
      this.#failure = code
      this.#state = 'failed'
      if (passing.has(code)) this.#saveIn(retryDelayMs)
    }
  }

  /** A conflict with oneself: an earlier attempt was stored, and only its answer was lost. */
  async #resolve(text: string): Promise<void> {
    this.#state = 'conflict'
    try {
      const there = await this.#ask()
      if (JSON.stringify(there.content) === text) this.#storedAs(there.version, text)
    } catch (thrown) {
      console.warn('minutesNotCompared', thrown)
    }
  }

  #storedAs(version: number, text: string): void {
    this.#version = version
    this.#isApart = false
    this.#stored = text
    this.#savedAtMs = Date.now()
    this.#failure = null
    // Something may have been typed while it was on its way.
    this.#state = this.#current === text ? 'saved' : 'unsaved'
    if (this.#state === 'saved') return this.#kept.drop()
    this.#kept.keep(JSON.stringify({ version, text: this.#current }))
    this.#saveIn(saveDelayMs)
  }

  #ask(): Promise<{ version: number; content: MinutesContent }> {
    return requestJson(this.#path)
  }
}

function codeOf(thrown: unknown): ErrorCode {
  return thrown instanceof RequestFailure ? thrown.code : 'internal'
}

function keptMinutes(kept: KeptText): { version: number; text: string } | null {
  const text = kept.read()
  if (text === null) return null
  try {
    return JSON.parse(text) as { version: number; text: string } // written by `#changedTo`, in this tab
  } catch (cause) {
    console.warn('keptMinutesUnreadable', cause)
    return null
  }
}

function emptyContent(): MinutesContent {
  const nobody = { participantId: null, name: '', position: '', unitName: '' }
  return {
    parentBody: '',
    body: '',
    docNumber: '',
    docSymbol: '',
    place: '',
    dateMs: 0,
    subject: '',
    startedAtMs: 0,
    endedAtMs: 0,
    location: '',
    chair: nobody,
    secretary: nobody,
    present: [],
    absent: [],
    items: [],
    conclusions: [],
    recipients: [],
  }
}
