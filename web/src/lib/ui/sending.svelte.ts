import { tick } from 'svelte'
import { noRefusal, refusalOf, type Refusal } from '#web/refusal.ts'
import { keepFocus } from './keepFocus.ts'

/** As much of an action's answer as is looked at. */
interface Answer {
  result: { type: string; data?: unknown; error?: unknown }
  update: (options: { reset: boolean }) => Promise<void>
}

/**
 * A form's way to its action and back: busy meanwhile, and a refusal is kept here, beside what was typed; or the page
 * shows it (`isShownByPage`), from the action's answer.
 */
export class Sending {
  readonly #isShownByPage: boolean
  #isBusy = $state(false)
  #refusal = $state.raw<Refusal>(noRefusal)

  constructor(options: { isShownByPage?: boolean } = {}) {
    this.#isShownByPage = options.isShownByPage ?? false
  }

  get isBusy(): boolean {
    return this.#isBusy
  }

  /** What the last attempt was refused for. */
  get refusal(): Refusal {
    return this.#refusal
  }

  /** Forgets the last refusal. */
  clear(): void {
    this.#refusal = noRefusal
  }

  /** For `use:enhance`. A second press is not sent; `onanswer` learns when the page shows what came of the first. */
  submit(
    cancel: () => void,
    onanswer?: (isDone: boolean) => void | Promise<void>,
  ): ((answer: Answer) => Promise<void>) | undefined {
    if (this.#isBusy) {
      cancel()
      return undefined
    }
    this.#isBusy = true
    return async ({ result, update }) => {
      const isRefused = result.type === 'failure' || result.type === 'error'
      const isKept = isRefused && !this.#isShownByPage
      if (isKept) this.#refusal = refusalOf(result.type === 'failure' ? result.data : result)
      await keepFocus(async () => {
        try {
          if (!isKept) {
            await update({ reset: false })
            this.clear()
          }
        } finally {
          this.#isBusy = false
        }
        await onanswer?.(!isRefused)
        await tick()
      })
    }
  }

  /** As `submit`, once something else is done; nothing is sent when that fails or answers false. */
  async submitAfter(
    prepare: () => Promise<boolean>,
    ...[cancel, onanswer]: Parameters<Sending['submit']>
  ): Promise<ReturnType<Sending['submit']>> {
    const onsent = this.submit(cancel, onanswer)
    if (!onsent) return undefined
    let isReady = false
    try {
      isReady = await prepare()
    } finally {
      if (!isReady) {
        this.#isBusy = false
        cancel()
      }
    }
    return isReady ? onsent : undefined
  }
}
