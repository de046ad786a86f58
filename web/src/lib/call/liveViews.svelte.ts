import {
  applyRoomBatch,
  applyRoomEvent,
  withScopes,
  withSnapshot,
  type RoomEvent,
  type RoomEventBatch,
} from '#contract/room/room.ts'
import type { PageViews, RoomView } from '#contract/room/views.ts'
import type { Scope } from '#contract/room/scope.ts'
import type { CallSignal } from '#signalling/client.ts'

/** What following a call's views tells. */
export interface LiveViewsHooks {
  /** Something happened that all see; `before` is the view without it. Not told of what a gap swallowed. */
  onEvent(before: RoomView, event: RoomEvent): void
  /** A view is another. */
  onChange(views: PageViews): void
  onWarning(event: string, error: unknown): void
}

/** The call as this page sees it, scope by scope: set at the join, then followed from event to event. */
export class LiveViews {
  #views = $state.raw<PageViews | null>(null)
  /** Scopes whose whole view is being asked for. */
  readonly #syncing = new Set<Scope>()
  readonly #signal: CallSignal
  readonly #hooks: LiveViewsHooks

  constructor(signal: CallSignal, hooks: LiveViewsHooks) {
    this.#signal = signal
    this.#hooks = hooks
    signal.on('room:events', (batch) => this.#follow(batch))
    // Rights have changed: scopes were given, or taken.
    signal.on('room:scopes', (change) => {
      if (this.#views) this.set(withScopes(this.#views, change))
    })
  }

  /** Null before the join. */
  get current(): PageViews | null {
    return this.#views
  }

  set(views: PageViews): void {
    this.#views = views
    this.#hooks.onChange(views)
  }

  #follow(batch: RoomEventBatch): void {
    const before = this.#views
    if (!before) return
    const after = applyRoomBatch(before, batch)
    if (after === 'gap') {
      void this.#sync(batch.scope)
      return
    }
    if (batch.scope === 'all') this.#tell(before.all, batch)
    this.set(after)
  }

  #tell(before: RoomView, batch: RoomEventBatch): void {
    let view = before
    for (const event of batch.events.slice(before.version - batch.fromVersion)) {
      this.#hooks.onEvent(view, event)
      view = applyRoomEvent('all', view, event)
    }
  }

  /** Asks for the whole view of a scope, after a gap. */
  async #sync(scope: Scope): Promise<void> {
    if (this.#syncing.has(scope)) return
    this.#syncing.add(scope)
    try {
      const snapshot = await this.#signal.request('view:sync', { scope })
      if (this.#views) this.set(withSnapshot(this.#views, snapshot))
    } catch (error) {
      // The next batch shows the gap again.
      this.#hooks.onWarning('syncFailed', error)
    } finally {
      this.#syncing.delete(scope)
    }
  }
}
