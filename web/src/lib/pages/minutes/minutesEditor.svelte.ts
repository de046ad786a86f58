import type { ErrorCode } from '#contract/errors.ts'
import type { MinutesContent } from '#contract/minutes.ts'
import { KeptText } from '#web/keptText.ts'
import { requestJson, RequestFailure } from '#web/requestJson.ts'
import { isSame, mergeMinutes, settle, type Choice, type Dispute } from './mergeMinutes.ts'
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
 * this tab. What somebody else saved in between is brought in; where both changed the same, the writer chooses, place
 * by place, and until then nothing is saved. Undoes and redoes.
 *
 *   saved → unsaved → saving → saved; saving → failed → saving …; saving → conflict → (all chosen) unsaved
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
  /** What this page and the stored version have in common: what was read or stored last, or of that what is settled. */
  #base: string
  #stored: string
  #current: string
  #theirs: { version: number; content: MinutesContent } | null = null
  #disputes = $state.raw<readonly Dispute[]>([])
  #hasMerged = $state(false)
  /** To be called before the rows of the page move: where each of them goes, by path. */
  onmove: ((moved: ReadonlyMap<string, string>) => void) | undefined
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
    this.#base = this.#stored
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

  /** Where this page and another's say different things, both changed. */
  get disputes(): readonly Dispute[] {
    return this.#disputes
  }

  /** What somebody else saved is on this page now. */
  get hasMerged(): boolean {
    return this.#hasMerged
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
    if (kept.version === this.#version) return this.#show(kept.text)
    const there = { version: this.#version, content: parsed(this.#stored) }
    this.#base = kept.base
    this.#current = kept.text
    Object.assign(this.content, parsed(kept.text))
    this.#meet(there)
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

  /** Settles a dispute, or with `null` all of them alike. What is not chosen stays in the history of versions. */
  choose(dispute: Dispute | null, choice: Choice): void {
    const before = this.#current
    // From the last to the first, so that the places of those before stay what they are.
    for (const one of dispute ? [dispute] : this.#disputes.toReversed()) {
      const settled = settle(parsed(this.#current), parsed(this.#base), one, choice)
      this.#base = JSON.stringify(settled.base)
      this.#current = JSON.stringify(settled.content)
    }
    if (this.#current !== before) this.#steps.add(before)
    this.#show(this.#current)
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
    if (this.#theirs) this.#reconcile(this.#theirs)
    this.#keep()
    if (this.#theirs) return clearTimeout(this.#timer)
    text = this.#current
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

  /** Somebody else stored another version: it comes into this page, and into all that can be undone. */
  #meet(theirs: { version: number; content: MinutesContent }): void {
    const base = parsed(this.#base)
    this.#steps.bring((text) => JSON.stringify(mergeMinutes(base, parsed(text), theirs.content).content))
    this.#theirs = theirs
    this.#hasMerged = true
    this.#failure = null
    this.#changedTo(this.#current)
  }

  #reconcile(theirs: { version: number; content: MinutesContent }): void {
    const mine = parsed(this.#current)
    const merged = mergeMinutes(parsed(this.#base), mine, theirs.content)
    this.#base = JSON.stringify(merged.base)
    this.#disputes = merged.disputes
    if (!isSame(mine, merged.content)) {
      if (merged.moved.size > 0) this.onmove?.(merged.moved)
      this.#current = JSON.stringify(merged.content)
      Object.assign(this.content, merged.content)
    }
    this.#state = 'conflict'
    if (merged.disputes.length > 0) return
    this.#theirs = null
    this.#version = theirs.version
    this.#stored = JSON.stringify(theirs.content)
    this.#base = this.#stored
    this.#isApart = true
  }

  #keep(): void {
    this.#kept.keep(JSON.stringify({ version: this.#version, text: this.#current, base: this.#base }))
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
    const body = {
      version: this.#version,
      content: JSON.parse(text),
      ...(this.#isApart ? { isApart: true } : {}),
    }
    try {
      this.#storedAs((await requestJson<{ version: number }>(this.#path, { body })).version, text)
    } catch (thrown) {
      if (codeOf(thrown) !== 'conflict') return this.#failed(thrown)
      await this.#resolve(text).catch((cause: unknown) => this.#failed(cause))
    }
  }

  #failed(thrown: unknown): void {
    console.warn('minutesNotSaved', thrown)
    this.#failure = codeOf(thrown)
    this.#state = 'failed'
    if (passing.has(this.#failure)) this.#saveIn(retryDelayMs)
  }

  /** What is stored may be one's own: an earlier attempt of which only the answer was lost. */
  async #resolve(text: string): Promise<void> {
    const there = await requestJson<{ version: number; content: MinutesContent }>(this.#path)
    if (isSame(there.content, JSON.parse(text))) this.#storedAs(there.version, text)
    else this.#meet(there)
  }

  #storedAs(version: number, text: string): void {
    this.#version = version
    this.#isApart = false
    this.#stored = text
    this.#base = text
    this.#savedAtMs = Date.now()
    this.#failure = null
    // Something may have been typed while it was on its way.
    this.#state = this.#current === text ? 'saved' : 'unsaved'
    if (this.#state === 'saved') return this.#kept.drop()
    this.#keep()
    this.#saveIn(saveDelayMs)
  }
}

function codeOf(thrown: unknown): ErrorCode {
  return thrown instanceof RequestFailure ? thrown.code : 'internal'
}

/** What the editor wrote itself, or had parsed. */
function parsed(text: string): MinutesContent {
  return JSON.parse(text) as MinutesContent
}

function keptMinutes(kept: KeptText): { version: number; text: string; base: string } | null {
  const text = kept.read()
  if (text === null) return null
  try {
    const found = JSON.parse(text) as { version: number; text: string; base?: string } // written by `#keep`, in this tab
    return { base: JSON.stringify(emptyContent()), ...found }
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
