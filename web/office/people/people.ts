import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { idText, line, parseInput } from '#contract/input.ts'
import { type UnitRole, unitRoles } from '#contract/meeting.ts'
import { actorOf } from '#contract/principal.ts'
import { type AccountRow, addAccount, endSessions, findAccount } from '#db/accounts.ts'
import { appendAudit } from '#db/audit.ts'
import type { Database, PrismaTx } from '#db/client.ts'
import { demandUser, membershipOf, searchPeople, setDisabled, setMembership } from '#db/people.ts'
import { addSetupLink, setupPath } from '#db/setupLinks.ts'
import { brokenUniqueIndex } from '#db/storage.ts'
import { limits } from '#contract/limits.ts'
import type { SettingsReader } from '#contract/settings.ts'
import type { Revocation } from '#contract/revocation.ts'
import { guard, guardAccount, may, type Viewer } from '#office/access.ts'

/** A person as pages show them; the email is empty for who may not see it. */
export type PersonRow = Omit<AccountRow, 'locale'>

/** Where somebody sets a password, once, and until when. */
export interface SetupLink {
  setupPath: string
  expiresAtMs: number
}

/** Officials and their places in units, as pages use them. */
export interface People {
  search(viewer: Viewer, input: { query?: string; unitId?: string; limit?: number }): Promise<PersonRow[]>
  /** system:administer. Returns a one-time set-up link path for the person. */
  create(
    viewer: Viewer,
    input: { name: string; email: string; unitId: string; role: UnitRole; position: string },
  ): Promise<{ person: PersonRow } & SetupLink>
  newSetupLink(viewer: Viewer, userId: string): Promise<SetupLink>
  setUnitRole(
    viewer: Viewer,
    input: { userId: string; unitId: string; role: UnitRole | null; position: string },
  ): Promise<void>
  setDisabled(viewer: Viewer, input: { userId: string; isDisabled: boolean }): Promise<void>
}

const Search = z.object({
  query: z.string().max(200).optional(),
  unitId: idText.optional(),
  limit: z.number().int().min(1).max(200).default(50),
})
const NewPerson = z.object({
  name: line(limits.personName, 1),
  email: z.email().max(limits.email),
  unitId: idText,
  role: z.enum(unitRoles),
  position: line(limits.position),
})
const UnitRoleChange = z.object({
  userId: idText,
  unitId: idText,
  role: z.enum(unitRoles).nullable(),
  position: line(limits.position),
})
const Disabling = z.object({ userId: idText, isDisabled: z.boolean() })

/** Officials and their places in units. Every account may look people up; only administrators change them. */
export function createPeople(options: {
  database: Database
  /** How long links are good. */
  settings: SettingsReader
  /** Told when an account was disabled. */
  onRevoked?: (revocation: Revocation) => void
  now?: () => number
}): People {
  const { database } = options
  const now = options.now ?? Date.now

  function administratorOf(viewer: Viewer): string {
    return guard(viewer, 'system:administer')
  }

  /** Adds a link to what else a transaction does. */
  async function linkFor(userId: string): Promise<(tx: PrismaTx) => Promise<SetupLink>> {
    const { setupLinkHours: hours } = (await options.settings.history()).at(now())
    return async (tx) => {
      const token = await addSetupLink(tx, userId, now(), hours)
      return { setupPath: setupPath(token), expiresAtMs: now() + hours * 3600_000 }
    }
  }

  return {
    async search(viewer, input) {
      guardAccount(viewer)
      const isAdministrator = may(viewer, 'system:administer')
      const seesEmail = isAdministrator || actorOf(viewer).unitRoles.some((held) => held.role === 'secretary')
      const rows = await searchPeople(database, {
        ...parseInput(Search, input),
        withDisabled: isAdministrator,
        byEmail: seesEmail,
      })
      return rows.map((row) => ({
        ...summaryOf(row),
        email: seesEmail ? row.email : '',
        hasSecondFactor: isAdministrator && row.hasSecondFactor,
      }))
    },

    async create(viewer, input) {
      const actorId = administratorOf(viewer)
      const { name, email, unitId, role, position } = parseInput(NewPerson, input)
      const id = randomUUID()
      const addLink = await linkFor(id)
      try {
        const link = await database.transact(async (tx) => {
          await addAccount(tx, { id, name, email })
          await setMembership(tx, { userId: id, unitId, role, position })
          appendAudit(tx, { actorId, action: 'person.created', subject: id, detail: { unitId, role } }, now())
          return addLink(tx)
        })
        const person = await findAccount(database, id)
        if (!person) throw new AppError('not_found', 'taken out at the same time')
        return { person: summaryOf(person), ...link }
      } catch (error) {
        if (brokenUniqueIndex(error) !== 'user_email_key') throw error
        throw new AppError('conflict', 'the email has an account', {
          cause: error,
          detail: { field: 'email' },
        })
      }
    },

    async newSetupLink(viewer, userId) {
      const actorId = administratorOf(viewer)
      const id = parseInput(idText, userId)
      const addLink = await linkFor(id)
      return database.transact(async (tx) => {
        await demandUser(tx, id)
        appendAudit(tx, { actorId, action: 'setupLink.created', subject: id }, now())
        return addLink(tx)
      })
    },

    async setUnitRole(viewer, input) {
      const actorId = administratorOf(viewer)
      const change = parseInput(UnitRoleChange, input)
      const { userId, unitId, role } = change
      await database.transact(async (tx) => {
        const before = await membershipOf(tx, userId, unitId)
        await setMembership(tx, change)
        const detail = { unitId, changes: [{ field: 'role', from: before ?? 'none', to: role ?? 'none' }] }
        appendAudit(tx, { actorId, action: 'role.changed', subject: userId, detail }, now())
      })
    },

    async setDisabled(viewer, input) {
      const actorId = administratorOf(viewer)
      const { userId, isDisabled } = parseInput(Disabling, input)
      if (userId === actorId) throw new AppError('invalid_state', 'nobody shuts the own account')
      await database.transact(async (tx) => {
        await setDisabled(tx, userId, isDisabled ? new Date(now()) : null)
        if (isDisabled) await endSessions(tx, userId)
        const action = isDisabled ? 'person.disabled' : 'person.enabled'
        appendAudit(tx, { actorId, action, subject: userId }, now())
      })
      if (isDisabled) options.onRevoked?.({ kind: 'user', userId })
    },
  }
}

function summaryOf(row: AccountRow): PersonRow {
  const { locale: _, ...shown } = row
  return shown
}
