import { createContext } from 'svelte'

/** A short word about what has just happened. */
export interface Toast {
  id: number
  text: string
  tone: 'neutral' | 'success' | 'danger'
  /** An undo, say. */
  act: { label: string; run: () => void } | undefined
}

/** The toasts of one page; the layout that provides them also shows them (Toasts.svelte). */
export class Toasts {
  #items = $state<Toast[]>([])
  #nextId = 1
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>()

  get items(): readonly Toast[] {
    return this.#items
  }

  /** Shows a text for a while: longer with an act, and until it is dismissed when something failed. */
  show(text: string, options: { tone?: Toast['tone']; act?: Toast['act'] } = {}): void {
    const toast: Toast = { id: this.#nextId++, text, tone: options.tone ?? 'neutral', act: options.act }
    this.#items = [...this.#items.slice(-2), toast]
    if (toast.tone === 'danger') return
    this.#timers.set(
      toast.id,
      setTimeout(() => this.dismiss(toast.id), toast.act ? 10_000 : 5000),
    )
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    this.#items = this.#items.filter((toast) => toast.id !== id)
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }
}

/** `const show = toasts()` in a component below a layout that called `provideToasts(new Toasts())`. */
export const [toasts, provideToasts] = createContext<Toasts>()
