import type { SubmitFunction } from '$app/forms'

/** Sends the form of an entry page. Success opens a new document: a new person may have another language. */
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
      if (result.type === 'redirect') return location.assign(result.location)
      await update({ reset: false })
      this.#isBusy = false
    }
  }
}
