import { vi } from 'vitest'
import type { ErrorCode } from '#contract/errors.ts'
import { httpStatusOf } from '#contract/errors.ts'

/** A request that a page has made and that waits for its answer. */
export interface Asked {
  readonly path: string
  /** What was sent; undefined for a GET. */
  readonly body: unknown
  readonly isAborted: boolean
  answer(body: unknown): Promise<void>
  /** The answer begins to come: its head is there, its body is text as far as it came; the line is down if `isLost`. */
  begin(text: string, isLost?: boolean): Promise<void>
  refuse(code: ErrorCode): Promise<void>
  /** The line is down. */
  lose(): Promise<void>
}

/**
 * Stands for this host's JSON routes while a page's class is tested: what was asked waits in `asked` until the test
 * answers. Each answer resolves when the page has taken it. `vi.unstubAllGlobals` ends it.
 */
export class FakeHost {
  readonly asked: Asked[] = []

  constructor() {
    vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => this.#ask(path, init))
  }

  /** The newest request. */
  get last(): Asked {
    const last = this.asked.at(-1)
    if (!last) throw new Error('Nothing was asked')
    return last
  }

  #ask(path: string, init: RequestInit): Promise<Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>()
    const signal = init.signal
    signal?.addEventListener('abort', () => reject(signal.reason))
    const json = (body: unknown, status: number): Promise<void> => {
      resolve(new Response(JSON.stringify(body), { status }))
      return taken()
    }
    this.asked.push({
      path,
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
      get isAborted() {
        return signal?.aborted ?? false
      },
      answer: (body) => json(body, 200),
      begin: (text, isLost = false) => {
        const body = new ReadableStream<Uint8Array>({
          start(stream) {
            stream.enqueue(new TextEncoder().encode(text))
            if (isLost) setImmediate(() => stream.error(new TypeError('network error')))
            signal?.addEventListener('abort', () => stream.error(signal.reason))
          },
        })
        resolve(new Response(body))
        return taken()
      },
      refuse: (code) => json({ code }, httpStatusOf(code)),
      lose: () => {
        reject(new TypeError('Failed to fetch'))
        return taken()
      },
    })
    return promise
  }
}

/** A body is read in a few turns of the loop. */
async function taken(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** A tab's own store, as `sessionStorage` until `vi.unstubAllGlobals`. */
export function newFakeTabStore(): Map<string, string> {
  const kept = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
  return kept
}

/** Timers and the time stand until the test moves them; what answers come by goes on. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
}
