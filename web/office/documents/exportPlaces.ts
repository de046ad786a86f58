import { AppError } from '#contract/errors.ts'

const atOnce = 3
/** Whoever reads on for so long holds a place of others. */
const longestMs = 10 * 60_000

/** How many large exports of a kind run at once in this process: one for each account, and three in all. */
export class ExportPlaces {
  readonly #taken = new Set<string>()

  /**
   * What is written as fast as it is taken, in a place of its own until its end, a failure, or whoever took it broke off.
   * @param begin what is done before the first chunk; it runs in the place too
   * @throws AppError busy
   */
  async stream(
    actorId: string,
    begin: () => Promise<AsyncGenerator<string>>,
  ): Promise<ReadableStream<Uint8Array>> {
    const leave = this.#take(actorId)
    try {
      return streamed(await begin(), leave)
    } catch (error) {
      leave()
      throw error
    }
  }

  /** What is made at once, in a place of its own. @throws AppError busy */
  async run<T>(actorId: string, make: () => Promise<T>): Promise<T> {
    const leave = this.#take(actorId)
    try {
      return await make()
    } finally {
      leave()
    }
  }

  #take(actorId: string): () => void {
    if (this.#taken.size >= atOnce || this.#taken.has(actorId))
      throw new AppError('busy', 'as many exports as may run at once')
    this.#taken.add(actorId)
    let isOver = false
    return () => {
      if (!isOver) this.#taken.delete(actorId)
      isOver = true
    }
  }
}

function streamed(chunks: AsyncGenerator<string>, leave: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let isOver = false
  const end = (): void => {
    clearTimeout(timer)
    isOver = true
    leave()
  }
  const timer = setTimeout(() => {
    end()
    void chunks.return(undefined)
  }, longestMs)
  timer.unref()
  return new ReadableStream({
    async pull(controller) {
      try {
        if (isOver) return controller.error(new AppError('timeout'))
        const { done, value } = await chunks.next()
        if (!done) return controller.enqueue(encoder.encode(value))
        end()
        controller.close()
      } catch (error) {
        end()
        controller.error(error)
      }
    },
    async cancel() {
      end()
      await chunks.return(undefined)
    },
  })
}
