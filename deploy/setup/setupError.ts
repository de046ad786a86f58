/** A set-up step that failed in a way the reader can mend: what failed, and what to do or the command to run. */
export class SetupError extends Error {
  readonly remedy: string

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SetupError'
    this.remedy = remedy
  }
}
