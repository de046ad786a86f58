import type { RoomEvent } from '#contract/room/room.ts'
import type { RoomView } from '#contract/room/views.ts'
import type { ErrorText } from '#web/text/errors.vi.ts'
import { Toasts } from '#web/ui/toasts.svelte.ts'
import type { CallMessages } from './callFirst.vi.ts'
import type { NewsSource } from './feature.ts'

/** What a page tells of its call in passing: the features' news, and what failed. */
export class CallToasts extends Toasts {
  readonly #words: CallMessages
  readonly #sources: Set<NewsSource>

  constructor(words: CallMessages, sources: readonly NewsSource[]) {
    super({ atMost: 2, shownMs: 6000, keepsFailures: false })
    this.#words = words
    this.#sources = new Set(sources)
  }

  /** One more that hears what happens. Returns its cleanup. */
  follow(source: NewsSource): () => void {
    this.#sources.add(source)
    return () => void this.#sources.delete(source)
  }

  /** What a person should know of something that happened; `before` is the view without it. */
  tell(event: RoomEvent, before: RoomView): void {
    for (const source of this.#sources) {
      for (const { subject, say } of source.newsOf(event, before)) this.show(say(this.#words), { subject })
    }
  }

  /** What failed, and what to do. */
  fail(subject: string, { what, cure }: ErrorText): void {
    this.show(`${what} ${cure}`, { tone: 'danger', subject })
  }
}
