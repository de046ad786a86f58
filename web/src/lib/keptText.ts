/**
 * What is being written in this tab, kept beside the page so that a reload, an ended session or a lost page loses
 * nothing. One entry a person and thing: on a shared machine the next person in the same tab sees none of it.
 */
export class KeptText {
  readonly #key: string

  constructor(what: string, userId: string) {
    this.#key = `${what} ${userId}`
  }

  /** Null when there is none. */
  read(): string | null {
    return sessionStorage.getItem(this.#key)
  }

  /** A full or forbidden store is no reason to stop anybody from writing. */
  keep(text: string): void {
    try {
      sessionStorage.setItem(this.#key, text)
    } catch (cause) {
      console.warn('textNotKept', cause)
    }
  }

  /** It was saved, or is no longer wanted. */
  drop(): void {
    sessionStorage.removeItem(this.#key)
  }
}
