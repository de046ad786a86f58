import { silentLog } from '#contract/log.ts'
import type { Revocation } from '#contract/revocation.ts'
import { type SettingChange, SettingHistory, type SettingKey, type SettingValue } from '#contract/settings.ts'
import { addAccount } from '#db/accounts.ts'
import { addSetupLink } from '#db/setupLinks.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import type { Viewer } from '#office/access.ts'
import { type Accounts, createAccounts } from '../accounts.ts'
import { totpCode, totpStepAt } from '../totp.ts'

/** Everybody's in these tests. */
export const password = 'một mật khẩu dài'
const client = { ipAddress: '192.0.2.7', userAgent: 'test' }
const stepMs = 30_000

/** Accounts on a database of their own, with a clock and settings that a test sets. */
export class AccountsHarness {
  readonly #db: TestDatabase
  #accounts: Accounts | null = null
  #decided: SettingChange[] = []
  #count = 0
  nowMs = Date.now()
  readonly baseUrl = 'https://hop.example'
  readonly revoked: Revocation[] = []

  private constructor(db: TestDatabase) {
    this.#db = db
  }

  static async start(): Promise<AccountsHarness> {
    return new AccountsHarness(await startTestDatabase())
  }

  get database(): TestDatabase['database'] {
    return this.#db.database
  }

  get accounts(): Accounts {
    if (!this.#accounts) throw new Error('not begun')
    return this.#accounts
  }

  /** Before each test: nothing is counted, settled or told yet; who is there stays. */
  begin(): void {
    this.#decided = []
    this.revoked.length = 0
    this.nowMs = Date.now()
    this.#accounts = createAccounts({
      database: this.database,
      secret: 'x'.repeat(48),
      baseUrl: this.baseUrl,
      settings: { history: () => Promise.resolve(new SettingHistory(this.#decided)) },
      log: silentLog,
      onRevoked: (revocation) => this.revoked.push(revocation),
      now: () => this.nowMs,
    })
  }

  decide<K extends SettingKey>(key: K, value: SettingValue<K>): void {
    const id = this.#decided.length + 1
    this.#decided = [...this.#decided, { id, key, value, source: '', validFromMs: 0 }]
  }

  async newPerson(
    change: { isSystemAdmin?: boolean } = {},
  ): Promise<{ id: string; email: string; headers: Headers }> {
    const n = ++this.#count
    const [email, id] = [`nguoi${n}@mau.example`, `user${n}`]
    await addAccount(this.database.prisma, { id, name: 'Nguyễn Thị Mẫu', email, ...change })
    const token = await addSetupLink(this.database.prisma, id, this.nowMs)
    const { setCookies } = await this.accounts.completeSetup({ token, name: '', email, password, ...client })
    return { id, email, headers: browserWith(setCookies) }
  }

  /** Somebody with an authenticator app; each of its codes is of a later step than the one before. */
  async newPersonWithApp(): Promise<
    Awaited<ReturnType<AccountsHarness['newPerson']>> & { nextCode: () => string }
  > {
    const person = await this.newPerson()
    const viewer = await this.viewerOf(person.headers)
    const { secret } = await this.accounts.secondFactors.beginTotp(viewer)
    const nextCode = (): string => {
      this.nowMs += stepMs
      return totpCode(secret, totpStepAt(this.nowMs))
    }
    await this.accounts.secondFactors.confirmTotp(viewer, { code: nextCode(), ipAddress: '' })
    return { ...person, nextCode }
  }

  async signIn(email: string, cookies: string | null = null): Promise<Headers> {
    const { setCookies } = await this.accounts.signIn({ email, password, ...client, cookies })
    return browserWith(setCookies)
  }

  async viewerOf(headers: Headers): Promise<Viewer> {
    const viewer = await this.accounts.viewerOf(headers)
    if (!viewer) throw new Error('nobody')
    return viewer
  }

  /** What the audit log says of an account, in order. */
  async actsOf(userId: string): Promise<string[]> {
    const rows = await this.database.prisma.auditEntry.findMany({
      where: { subject: userId },
      orderBy: { id: 'asc' },
    })
    return rows.map(({ action }) => action)
  }

  async close(): Promise<void> {
    await this.#db.drop()
  }
}

/** A browser's headers with the cookies that it was given. */
export function browserWith(setCookies: readonly string[]): Headers {
  return new Headers({ cookie: setCookies.map((cookie) => cookie.split(';')[0] ?? '').join('; ') })
}
