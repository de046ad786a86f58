const lineIntervalMs = 15_000

/**
 * Tells what one set-up step is doing: one line that rewrites itself on a terminal, a new line every few seconds
 * elsewhere. A step that has nothing to do makes none.
 */
export class Progress {
  readonly #label: string
  readonly #startedAtMs = Date.now()
  readonly #timer: NodeJS.Timeout
  #printedAtMs = 0
  #printedText = ''
  #detail = ''

  /** `label` is like "[3/6] Building the media worker". Prints at once. */
  constructor(label: string) {
    this.#label = label
    this.#print()
    this.#timer = setInterval(() => this.#print(), process.stderr.isTTY ? 1_000 : lineIntervalMs).unref()
  }

  /** How far it is: `part` of `whole`, or a few words. Cheap to call often. */
  update(detail: string | { part: number; whole: number }): void {
    this.#detail = typeof detail === 'string' ? detail : formatPercent(detail.part, detail.whole)
    if (process.stderr.isTTY || Date.now() - this.#printedAtMs >= lineIntervalMs) this.#print()
  }

  /** The last line: what came out of it. */
  finish(result: string): void {
    clearInterval(this.#timer)
    const seconds = ((Date.now() - this.#startedAtMs) / 1000).toFixed(1)
    process.stderr.write(
      `${process.stderr.isTTY ? '\r\x1b[K' : ''}${this.#label}: ${result} (${seconds} s)\n`,
    )
  }

  #print(): void {
    const seconds = Math.floor((Date.now() - this.#startedAtMs) / 1000)
    const text = `${this.#label} … ${this.#detail || (seconds > 0 ? `${seconds} s` : '')}`.trimEnd()
    if (text === this.#printedText) return
    this.#printedAtMs = Date.now()
    this.#printedText = text
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`)
  }
}

/** "41 %", never above 100 and never a fraction. */
export function formatPercent(part: number, whole: number): string {
  return `${whole > 0 ? Math.min(100, Math.floor((part / whole) * 100)) : 0} %`
}
