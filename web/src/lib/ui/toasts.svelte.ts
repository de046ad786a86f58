import { createContext, untrack } from 'svelte'

/** A short word about what has just happened. */
export interface Toast {
  id: number
  text: string
  tone: 'neutral' | 'success' | 'danger'
  /** An undo, say. */
  act: { label: string; run: () => void } | undefined
  /** What it is about: a newer one on the same subject takes its place. */
  subject: string | undefined
}

/** How the toasts of a page come and go. */
interface ToastHabits {
  atMost: number
  shownMs: number
  /** Whether what failed stays until it is dismissed. */
  keepsFailures: boolean
}

/** The toasts of one page; the layout that provides them also shows them (Toasts.svelte). */
export class Toasts {
  #items = $state<Toast[]>([])
  #nextId = 1
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>()
  readonly #habits: ToastHabits

  constructor(habits: ToastHabits = { atMost: 3, shownMs: 5000, keepsFailures: true }) {
    this.#habits = habits
  }

  get items(): readonly Toast[] {
    return this.#items
  }

  /** Shows a text for a while: longer with an act, and until it is dismissed when something failed. */
  show(text: string, options: { tone?: Toast['tone']; act?: Toast['act']; subject?: string } = {}): void {
    const { tone = 'neutral', act, subject } = options
    const { atMost, shownMs, keepsFailures } = this.#habits
    const toast: Toast = { id: this.#nextId++, text, tone, act, subject }
    const others = this.#items.filter((item) => subject === undefined || item.subject !== subject)
    this.#items = [...others, toast].slice(-atMost)
    if (tone === 'danger' && keepsFailures) return
    this.#timers.set(
      toast.id,
      setTimeout(() => this.dismiss(toast.id), act ? 2 * shownMs : shownMs),
    )
  }

  /** Takes back what was said on a subject: it is seen elsewhere. */
  withdraw(subject: string): void {
    this.#items = untrack(() => this.#items).filter((toast) => toast.subject !== subject)
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    this.#items = this.#items.filter((toast) => toast.id !== id)
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.#items = []
  }
}

/** `const show = toasts()` in a component below a layout that called `provideToasts(new Toasts())`. */
export const [toasts, provideToasts] = createContext<Toasts>()
