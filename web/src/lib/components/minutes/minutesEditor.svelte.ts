import type { MinutesContent } from '#contract/minutes.ts'
import { requestJson, RequestFailure } from '#web/requestJson.ts'

/** How what is on the page stands to what is stored. */
export type SaveState = 'saved' | 'unsaved' | 'saving' | 'failed' | 'conflict'

const saveDelayMs = 1200
const retryDelayMs = 5000
const historyLimit = 100

/**
 * Minutes while they are written. Saves by itself a moment after the last change; knows when somebody else saved in
 * between, keeps what is typed then, and lets the writer choose; undoes and redoes.
 *
 *   saved → unsaved → saving → saved; saving → failed → saving …; saving → conflict → (keep) saving | (take) reload
 */
export class MinutesEditor {
  readonly content = $state<MinutesContent>(emptyContent())
  readonly #meetingId: string
  #version: number
  #state = $state<SaveState>('saved')
  #savedAtMs = $state(0)
  #stored: string
  #past = $state.raw<string[]>([])
  #future = $state.raw<string[]>([])
  #current: string
  #timer: ReturnType<typeof setTimeout> | undefined
  #saving: Promise<void> | undefined

  constructor(meetingId: string, content: MinutesContent, version: number, savedAtMs: number) {
    this.#meetingId = meetingId
    Object.assign(this.content, structuredClone(content))
    this.#version = version
    this.#savedAtMs = savedAtMs
    this.#stored = JSON.stringify(content)
    this.#current = this.#stored
  }

  get version(): number {
    return this.#version
  }

  get state(): SaveState {
    return this.#state
  }

  get savedAtMs(): number {
    return this.#savedAtMs
  }

  get canUndo(): boolean {
    return this.#past.length > 0
  }

  get canRedo(): boolean {
    return this.#future.length > 0
  }

  /** To be called with the content's text whenever it may have changed (an `$effect` does). */
  noticed(text: string): void {
    if (text === this.#current) return
    this.#past = [...this.#past.slice(1 - historyLimit), this.#current]
    this.#future = []
    this.#changedTo(text)
  }

  undo(): void {
    const text = this.#past.at(-1)
    if (text === undefined) return
    this.#past = this.#past.slice(0, -1)
    this.#future = [...this.#future, this.#current]
    this.#show(text)
  }

  redo(): void {
    const text = this.#future.at(-1)
    if (text === undefined) return
    this.#future = this.#future.slice(0, -1)
    this.#past = [...this.#past, this.#current]
    this.#show(text)
  }

  /** Saves now what is unsaved. Resolves when stored; check `state` for whether it was. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#saving
    if (this.#state === 'unsaved' || this.#state === 'failed') await this.#save()
  }

  /** After a conflict: what is on this page replaces the other version, which stays in the history of versions. */
  async keepMine(): Promise<void> {
    const { version } = await requestJson<{ version: number }>(`/api/meetings/${this.#meetingId}/minutes`)
    this.#version = version
    this.#state = 'unsaved'
    await this.flush()
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #show(text: string): void {
    Object.assign(this.content, JSON.parse(text))
    this.#changedTo(text)
  }

  #changedTo(text: string): void {
    this.#current = text
    if (this.#state === 'conflict') return
    this.#state = text === this.#stored ? 'saved' : 'unsaved'
    if (this.#state === 'unsaved') this.#saveIn(saveDelayMs)
  }

  #saveIn(delayMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#save(), delayMs)
  }

  #save(): Promise<void> {
    this.#saving ??= this.#store().finally(() => (this.#saving = undefined))
    return this.#saving
  }

  async #store(): Promise<void> {
    const text = this.#current
    this.#state = 'saving'
    try {
      const { version } = await requestJson<{ version: number }>(`/api/meetings/${this.#meetingId}/minutes`, {
        body: { version: this.#version, content: JSON.parse(text) },
      })
      this.#version = version
      this.#stored = text
      this.#savedAtMs = Date.now()
      // Something may have been typed while it was on its way.
      this.#state = this.#current === text ? 'saved' : 'unsaved'
      if (this.#state === 'unsaved') this.#saveIn(saveDelayMs)
    } catch (thrown) {
      const code = thrown instanceof RequestFailure ? thrown.code : 'internal'
      if (code === 'conflict') {
        this.#state = 'conflict'
        return
      }
      console.warn('minutes', thrown)
      this.#state = 'failed'
      this.#saveIn(retryDelayMs)
    }
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
