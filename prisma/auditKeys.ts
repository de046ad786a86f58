import { createHash } from 'node:crypto'

/** The secrets that chain the audit log. The newest makes entries; those before still prove theirs. */
export class AuditKeys {
  /** What entries are made with. */
  readonly current: { id: string; secret: string }
  readonly #secrets: ReadonlyMap<string, string>

  /** @param secrets the newest last; at least one */
  constructor(secrets: readonly string[]) {
    const newest = secrets.at(-1)
    if (newest === undefined) throw new Error('The audit log needs a key')
    this.current = { id: idOf(newest), secret: newest }
    this.#secrets = new Map(secrets.map((secret) => [idOf(secret), secret]))
  }

  /** Undefined for a key that is not here. */
  secretOf(id: string): string | undefined {
    return this.#secrets.get(id)
  }
}

/** Names a key, and tells nothing of it. */
function idOf(secret: string): string {
  return createHash('sha256').update(`diemcau audit key ${secret}`).digest('hex').slice(0, 12)
}
