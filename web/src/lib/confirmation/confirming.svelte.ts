import { createContext, onMount } from 'svelte'
import { applyAction, deserialize, enhance } from '$app/forms'
import { refreshAll } from '$app/navigation'
import { page } from '$app/state'
import { refusalOf } from '#web/refusal.ts'

type Submit = NonNullable<Parameters<typeof enhance>[1]>
type Sent = Parameters<Submit>[0]
type Answer = Parameters<Exclude<Awaited<ReturnType<Submit>>, void | undefined>>[0]

/**
 * Who sits there says again who they are, where an act asks for it. The act then goes on with what was sent, as if
 * nothing had been asked; the layout that provides it also shows the question (ConfirmDialog.svelte).
 */
export class Confirming {
  #asked = $state.raw<PromiseWithResolvers<boolean> | null>(null)

  get isAsked(): boolean {
    return this.#asked !== null
  }

  /** Asks, or joins who asks already. Resolves to whether it was confirmed. */
  ask(): Promise<boolean> {
    this.#asked ??= Promise.withResolvers()
    return this.#asked.promise
  }

  /** What became of the question. */
  answer(isConfirmed: boolean): void {
    this.#asked?.resolve(isConfirmed)
    this.#asked = null
  }

  /** `enhance` of the framework, for a form whose act may ask for a confirmation first. */
  readonly enhance = (form: HTMLFormElement, submit: Submit): ReturnType<typeof enhance> =>
    enhance(form, async (sent) => {
      const show = await submit(sent)
      return async (first) => {
        const answer = await this.#confirmed(sent, first)
        await (show ? show(answer) : answer.update())
      }
    })

  async #confirmed(sent: Sent, answer: Answer): Promise<Answer> {
    const { result } = answer
    if (result.type !== 'failure' || refusalOf(result.data).code !== 'confirmation_needed') return answer
    return (await this.ask()) ? await sendAgain(sent, answer) : answer
  }
}

/** The same once more; what did not come through leaves the answer that there was. */
async function sendAgain({ action, formData }: Sent, answer: Answer): Promise<Answer> {
  const fields = new URLSearchParams()
  for (const [name, value] of formData) if (typeof value === 'string') fields.append(name, value)
  let result: Answer['result']
  try {
    const response = await fetch(action, {
      method: 'POST',
      headers: { accept: 'application/json', 'x-sveltekit-action': 'true' },
      cache: 'no-store',
      body: fields,
    })
    result = deserialize(await response.text())
  } catch {
    return answer // that it is confirmed stays: the next press goes through
  }
  return {
    ...answer,
    result,
    update: async ({ reset = true } = {}) => {
      if (result.type === 'success' && reset) answer.formElement.reset()
      if (result.type === 'success') await refreshAll()
      await applyAction(result)
    },
  }
}

const [get, set] = createContext<Confirming>()

/** `const { enhance } = confirming()` in a component below one that called `provideConfirming()`. */
export const confirming = get

/** Makes the page's one, for the layout or the page that shows the question. */
export function provideConfirming(): Confirming {
  const made = set(new Confirming())
  // A form that went the browser's own way: it is sent again by hand.
  onMount(() => {
    if (refusalOf(page.form).code === 'confirmation_needed') void made.ask()
  })
  return made
}
