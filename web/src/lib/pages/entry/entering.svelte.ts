import type { SubmitFunction } from '$app/forms'

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
  readonly submit: SubmitFunction = () => {
    this.#isBusy = true
    return async ({ result, update }) => {
      if (result.type === 'redirect') return location.replace(result.location)
      await update({ reset: false })
      this.#isBusy = false
    }
  }
}
