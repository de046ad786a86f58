import { RequestFailure } from '#web/requestJson.ts'
import { errorCodeIn } from '#web/refusal.ts'
import type { ErrorCode } from '#contract/errors.ts'
import type { Confirming } from './confirming.svelte.ts'

/** Files that ask for a confirmation first: what refuses one, or breaks it off, is said on the page and is no file. */
export class Downloading {
  readonly #confirming: Pick<Confirming, 'ask'>
  #running = $state.raw<string | null>(null)
  #refusal = $state.raw<ErrorCode | null>(null)

  constructor(confirming: Pick<Confirming, 'ask'>) {
    this.#confirming = confirming
  }

  /** The address whose file is on its way. */
  get running(): string | null {
    return this.#running
  }

  /** Why the last one did not come. */
  get refusal(): ErrorCode | null {
    return this.#refusal
  }

  /** Fetches a file and hands it to the browser; one at a time. */
  async get(href: string): Promise<void> {
    if (this.#running !== null) return
    this.#running = href
    this.#refusal = null
    try {
      save(
        await fileAt(href).catch(async (error: unknown) => {
          const isAsked = error instanceof RequestFailure && error.code === 'confirmation_needed'
          if (!isAsked || !(await this.#confirming.ask())) throw error
          return await fileAt(href)
        }),
      )
    } catch (error) {
      const code = error instanceof RequestFailure ? error.code : 'internal'
      // Whoever did not confirm changed their mind, and knows.
      if (code !== 'confirmation_needed') this.#refusal = code
    } finally {
      this.#running = null
    }
  }
}

/** @throws RequestFailure */
async function fileAt(href: string): Promise<{ name: string; blob: Blob }> {
  let response: Response
  try {
    response = await fetch(href, { headers: { accept: 'application/json, */*;q=0.1' }, cache: 'no-store' })
    if (response.ok) return { name: nameOf(response.headers), blob: await response.blob() }
  } catch {
    throw new RequestFailure('timeout')
  }
  const answer: unknown = await response.json().catch(() => null)
  throw new RequestFailure(errorCodeIn(answer) ?? 'internal')
}

/** As `dispositionOf` of the server names a file. */
function nameOf(headers: Headers): string {
  const [, name] = /filename="([^"]+)"/.exec(headers.get('content-disposition') ?? '') ?? []
  return name ?? ''
}

function save({ name, blob }: { name: string; blob: Blob }): void {
  const href = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = href
  link.download = name
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(href), 60_000)
}
