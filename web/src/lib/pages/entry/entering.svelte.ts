/** As much of an action's answer as is looked at. */
interface Answer {
  result: { type: 'redirect'; location: string } | { type: 'success' | 'failure' | 'error' }
  update: (options: { reset: boolean }) => Promise<void>
}

/**
 * Sends the form of an entry page. Success opens a new document, as a new person may have another language, in the place
 * of this one: going back does not lead to a link once more.
 */
export class Entering {
  #isBusy = $state(false)

  /** On its way, until the answer is there or the next document. */
  get isBusy(): boolean {
    return this.#isBusy
  }

  /** For `use:enhance`; what was typed stays. */
  readonly submit = (): ((answer: Answer) => Promise<void>) => {
    this.#isBusy = true
    return async ({ result, update }) => {
      if (result.type === 'redirect') return location.replace(result.location)
      try {
        await update({ reset: false })
      } finally {
        this.#isBusy = false
      }
    }
  }
}
