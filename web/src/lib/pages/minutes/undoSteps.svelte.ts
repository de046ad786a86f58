const historyLimit = 100
/** Typing goes on in one step until the writer pauses this long, or for at most that long. */
const pauseMs = 800
const stepMs = 4000

/** What can be undone and redone: texts before and after each step, the newest last. */
export class UndoSteps {
  #past = $state.raw<string[]>([])
  #future = $state.raw<string[]>([])
  #field: EventTarget | null = null
  #stepField: EventTarget | null = null
  #stepFromMs = 0
  #lastMs = 0

  get canUndo(): boolean {
    return this.#past.length > 0
  }

  get canRedo(): boolean {
    return this.#future.length > 0
  }

  /** The change that comes next is typed into this field. */
  typed(field: EventTarget | null): void {
    this.#field = field
  }

  /** A change was made; `before` is how it was. What is typed at one go into one field is one step. */
  add(before: string): void {
    const nowMs = Date.now()
    const goesOn =
      this.#field !== null &&
      this.#field === this.#stepField &&
      nowMs - this.#lastMs < pauseMs &&
      nowMs - this.#stepFromMs < stepMs
    if (!goesOn) {
      this.#past = [...this.#past.slice(1 - historyLimit), before]
      this.#stepFromMs = nowMs
      this.#stepField = this.#field
    }
    this.#lastMs = nowMs
    this.#field = null
    this.#future = []
  }

  /** Brings what others changed into every step, so that undoing takes back one's own alone. */
  bring(change: (text: string) => string): void {
    this.#past = this.#past.map(change)
    this.#future = this.#future.map(change)
  }

  /** What was before; null when there is nothing to undo. */
  undo(current: string): string | null {
    const text = this.#past.at(-1)
    if (text === undefined) return null
    this.#past = this.#past.slice(0, -1)
    this.#future = [...this.#future, current]
    this.#stepField = null
    return text
  }

  /** What was undone last; null when there is nothing to redo. */
  redo(current: string): string | null {
    const text = this.#future.at(-1)
    if (text === undefined) return null
    this.#future = this.#future.slice(0, -1)
    this.#past = [...this.#past, current]
    this.#stepField = null
    return text
  }
}
