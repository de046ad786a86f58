import { AppError } from '#contract/errors.ts'
import type { ParticipantId } from '#contract/ids.ts'
import { scopesOf, type Subject } from '#contract/permissions.ts'
import type { ScopeSnapshot } from '#contract/room/views.ts'
import type { Scope } from '#contract/room/scope.ts'
import type { Page } from './page.ts'

/**
 * The pages of one call: who is connected, which page sits in whose seat, and which scopes each follows.
 *
 *   (none) ─connect→ in the lobby ─seat→ seated ─unseat→ in the lobby;  any ─disconnect→ (none)
 */
export class CallPages {
  readonly #maxPerParticipant: number
  readonly #subject: () => Subject
  readonly #snapshot: (scope: Scope, participantId: ParticipantId) => ScopeSnapshot
  readonly #pages = new Set<Page>()
  readonly #seated = new Map<ParticipantId, Page>()
  readonly #scopes = new WeakMap<Page, Scope[]>()

  constructor(options: {
    maxPerParticipant: number
    /** The meeting, for the pages' rights. */
    subject: () => Subject
    /** One scope's view now; `own` is the participant's. */
    snapshot: (scope: Scope, participantId: ParticipantId) => ScopeSnapshot
  }) {
    this.#maxPerParticipant = options.maxPerParticipant
    this.#subject = options.subject
    this.#snapshot = options.snapshot
  }

  /** Pages, in the call or before it. */
  get size(): number {
    return this.#pages.size
  }

  get all(): Page[] {
    return [...this.#pages]
  }

  /** Participants whose page is in the call. */
  get seatedIds(): ParticipantId[] {
    return [...this.#seated.keys()]
  }

  /** Pages in the call. */
  get seatedCount(): number {
    return this.#seated.size
  }

  /** The page in a participant's seat. */
  seatedPage(id: ParticipantId): Page | undefined {
    return this.#seated.get(id)
  }

  /** Whether the page sits in its participant's seat. */
  isSeated(page: Page): boolean {
    return this.#seated.get(page.identity.participantId) === page
  }

  /** A page connected; it waits in the lobby. @throws AppError rate_limited */
  connect(page: Page): void {
    const { participantId } = page.identity
    const own = [...this.#pages].filter((other) => other.identity.participantId === participantId)
    if (own.length >= this.#maxPerParticipant) throw new AppError('rate_limited', 'too many pages')
    this.#pages.add(page)
    page.listen('lobby')
  }

  /** A page's socket is gone. Returns whether it was in the call. */
  disconnect(page: Page): boolean {
    return this.#pages.delete(page) && this.#free(page)
  }

  /** Puts the page in the seat; another page that sat there is told, an older socket of the same page only closed. */
  seat(page: Page): void {
    const { participantId } = page.identity
    const former = this.#seated.get(participantId)
    this.#seated.set(participantId, page)
    this.#follow(page, scopesOf(page.identity.actor, this.#subject()))
    if (!former || former === page) return
    former.close(former.clientId === page.clientId ? null : new AppError('taken_over'))
  }

  /** The page is in the lobby again. Returns whether it was in the call. */
  unseat(page: Page): boolean {
    const wasSeated = this.#free(page)
    if (wasSeated && page.isOpen) page.listen('lobby')
    return wasSeated
  }

  #free(page: Page): boolean {
    return this.isSeated(page) && this.#seated.delete(page.identity.participantId)
  }

  /** The scopes that a page in the call follows. */
  scopesOf(page: Page): readonly Scope[] {
    return this.#scopes.get(page) ?? []
  }

  /** A scope's whole view. @throws AppError forbidden when it is not the page's */
  snapshot(page: Page, scope: Scope): ScopeSnapshot {
    if (!this.scopesOf(page).includes(scope)) throw new AppError('forbidden', `no scope ${scope}`)
    return this.#snapshot(scope, page.identity.participantId)
  }

  /** The page's rights may have changed: its scopes follow, with the views of those that are new. */
  rescope(page: Page): void {
    if (!this.isSeated(page)) return
    const before = this.scopesOf(page)
    const scopes = scopesOf(page.identity.actor, this.#subject())
    const gained = scopes.filter((scope) => !before.includes(scope))
    if (gained.length === 0 && scopes.length === before.length) return
    this.#follow(page, scopes)
    const given = gained.map((scope) => this.#snapshot(scope, page.identity.participantId))
    page.send('room:scopes', { scopes, given })
  }

  #follow(page: Page, scopes: Scope[]): void {
    this.#scopes.set(page, scopes)
    page.listen(scopes)
  }

  /** Closes all pages of one participant. */
  closeOf(id: ParticipantId, reason: AppError): void {
    this.#seated.delete(id)
    for (const page of this.all) if (page.identity.participantId === id) page.close(reason)
  }

  /** Closes all pages. */
  closeAll(reason: AppError): void {
    for (const page of this.all) page.close(reason)
  }
}
