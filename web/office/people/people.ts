import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { idText, line, parseInput } from '#contract/input.ts'
import { type UnitRole, unitRoles } from '#contract/meeting.ts'
import { actorOf } from '#contract/principal.ts'
import {
  type AccountRow,
  addAccount,
  changeAccount,
  endSessions,
  findAccount,
  setPhone,
} from '#db/accounts.ts'
import { appendAudit } from '#db/audit.ts'
import { changesBetween } from '#db/meetingFacts.ts'
import type { Database, PrismaTx } from '#db/client.ts'
import { searchPeople, setDisabled, setMembership } from '#db/people.ts'
import { demandAdministrator, lockGrants } from '#db/roleGrants.ts'
import { addSetupLink, setupPath, voidSetupLinks } from '#db/setupLinks.ts'
import { brokenUniqueIndex } from '#db/storage.ts'
import { limits } from '#contract/limits.ts'
import type { SettingsReader } from '#contract/settings.ts'
import type { Revocation } from '#contract/revocation.ts'
import { guard, guardAccount, guardHidden, may, type Viewer } from '#office/access.ts'
import { phoneNumber } from './phoneNumber.ts'
import { demandForAnother, demandForPerson } from './personInQuestion.ts'

/** A person as everybody who may look people up sees them; the email is there for who may see it. */
export interface DirectoryEntry {
  id: string
  name: string
  email?: string
  /** Where there is one, as the email. */
  phone?: string
  units: { id: string; name: string; position: string }[]
}

/** Where somebody sets a password, once, and until when. */
export interface SetupLink {
  setupPath: string
  expiresAtMs: number
}

/** A person as the administration sees them. An administrator of a unit is shown no role held outside it. */
export interface PersonRow extends Omit<AccountRow, 'locale'> {
  /** person:change: whether this viewer may rename, lock or send a link. */
  mayChange: boolean
}

/** Officials, as pages use them. */
export interface People {
  /**
   * The directory: people who are not locked out. All of them for who plans meetings or administers people, else those
   * of one's own units; emails of who is in a unit where the viewer is secretary or administrator, and one's own.
   */
  search(
    viewer: Viewer,
    input: { query?: string; unitId?: string; limit?: number },
  ): Promise<{ people: DirectoryEntry[]; total: number }>
  /** people:administer; `not_found` to all others. The people of the units that the viewer administers. */
  list(
    viewer: Viewer,
    input: { query?: string; limit?: number },
  ): Promise<{ people: PersonRow[]; total: number }>
  /** people:administer of the unit. Returns a one-time set-up link path for the person. */
  create(
    viewer: Viewer,
    input: { name: string; email: string; unitId: string; role: UnitRole; position: string },
  ): Promise<{ person: { id: string; name: string } } & SetupLink>
  /**
   * person:change. Another email voids the person's set-up link. Throws `conflict` with `detail.field` when the email has
   * an account.
   */
  change(
    viewer: Viewer,
    input: { userId: string; name: string; email: string; phone?: string | undefined },
  ): Promise<void>
  /** Of oneself: what else is said of a person names them in minutes and lists, and is an administrator's to correct. */
  ownPhone(viewer: Viewer): Promise<string>
  /** One's own; empty for none. @throws AppError bad_request with `detail.field` */
  changeOwnPhone(viewer: Viewer, phone: string): Promise<void>
  /** person:change. */
  newSetupLink(viewer: Viewer, userId: string): Promise<SetupLink>
  /** person:change. Throws `invalid_state` for one's own account and the last system administrator's. */
  setDisabled(viewer: Viewer, input: { userId: string; isDisabled: boolean }): Promise<void>
}

const Search = z.object({
  query: z.string().max(200).optional(),
  unitId: idText.optional(),
  limit: z.number().int().min(1).max(200).default(50),
})
const List = z.object({
  query: z.string().max(200).optional(),
  limit: z.number().int().min(1).max(1000).default(200),
})
const NewPerson = z.object({
  name: line(limits.personName, 1),
  email: z.email().max(limits.email),
  unitId: idText,
  role: z.enum(unitRoles),
  position: line(limits.position),
})
const Change = NewPerson.pick({ name: true, email: true }).extend({
  userId: idText,
  phone: z.string().optional(),
})
const Disabling = z.object({ userId: idText, isDisabled: z.boolean() })

/** Officials: looked up by those who work with them, changed by those who administer their units. */
export function createPeople(options: {
  database: Database
  /** How long links are good. */
  settings: SettingsReader
  /** Told when an account was shut, or changed. */
  onRevoked?: (revocation: Revocation) => void
  now?: () => number
}): People {
  const { database } = options
  const now = options.now ?? Date.now

  /** Adds a link to what else a transaction does. */
  async function linkFor(userId: string, madeById: string): Promise<(tx: PrismaTx) => Promise<SetupLink>> {
    const { setupLinkHours: hours } = (await options.settings.history()).at(now())
    return async (tx) => {
      const token = await addSetupLink(tx, userId, now(), hours, madeById)
      return { setupPath: setupPath(token), expiresAtMs: now() + hours * 3600_000 }
    }
  }

  return {
    async search(viewer, input) {
      guardAccount(viewer)
      const { unitRoles: held } = actorOf(viewer)
      const sees = (unitId: string) => may(viewer, 'email:see', { personUnitIds: [unitId] })
      const isOfAll = may(viewer, 'directory:search')
      const { people, total } = await searchPeople(database, {
        ...parseInput(Search, input),
        within: isOfAll ? null : held.map((one) => one.unitId),
        emailsWithin: may(viewer, 'email:see') ? null : held.map((one) => one.unitId).filter(sees),
        withDisabled: false,
      })
      return { people: people.map((row) => entryOf(viewer, row)), total }
    },

    async list(viewer, input) {
      guardHidden(viewer, 'people:administer')
      const own = actorOf(viewer).unitRoles.flatMap((held) =>
        held.role === 'unit_admin' ? [held.unitId] : [],
      )
      const within = may(viewer, 'system:administer') ? null : own
      const { people, total } = await searchPeople(database, {
        ...parseInput(List, input),
        ...{ within, emailsWithin: within, withDisabled: true },
      })
      return { people: people.map((row) => administeredRow(viewer, row, within)), total }
    },

    async create(viewer, input) {
      guard(viewer, 'people:administer')
      const { name, email, unitId, role, position } = parseInput(NewPerson, input)
      const actorId = guard(viewer, 'people:administer', { unitId })
      const id = randomUUID()
      const addLink = await linkFor(id, actorId)
      const link = await withFreeEmail(() =>
        database.transact(async (tx) => {
          await addAccount(tx, { id, name, email })
          await setMembership(tx, { userId: id, unitId, role, position })
          const detail = { unitId, role, ...(position !== '' && { position }) }
          appendAudit(tx, { actorId, action: 'person.created', subject: id, detail }, now())
          return addLink(tx)
        }),
      )
      return { person: { id, name }, ...link }
    },

    async change(viewer, input) {
      const actorId = guardAccount(viewer)
      const { userId, name, email, ...rest } = parseInput(Change, input)
      const phone = rest.phone === undefined ? undefined : parsePhone(rest.phone)
      await withFreeEmail(() =>
        database.transact(async (tx) => {
          await demandForPerson(tx, viewer, 'person:change', userId)
          const before = await findAccount(tx, userId)
          await changeAccount(tx, userId, { name, email, phone })
          // Whoever reads the mail of the address before has its link.
          if (before?.email !== email.toLowerCase()) await voidSetupLinks(tx, userId)
          const changes = changesBetween(
            { name: before?.name ?? '', email: before?.email ?? '', phone: before?.phone ?? '' },
            { name, email: email.toLowerCase(), ...(phone !== undefined && { phone }) },
          )
          const detail = { changes: changes.map((one) => ({ ...one })) }
          appendAudit(tx, { actorId, action: 'person.changed', subject: userId, detail }, now())
        }),
      )
      options.onRevoked?.({ kind: 'user', userId })
    },

    async ownPhone(viewer) {
      return (await findAccount(database.prisma, guardAccount(viewer)))?.phone ?? ''
    },

    async changeOwnPhone(viewer, input) {
      const userId = guardAccount(viewer)
      const phone = parsePhone(input)
      await database.transact(async (tx) => {
        const before = await findAccount(tx, userId)
        await setPhone(tx, userId, phone)
        const changes = changesBetween({ phone: before?.phone ?? '' }, { phone })
        const detail = { changes: changes.map((one) => ({ ...one })) }
        appendAudit(tx, { actorId: userId, action: 'person.changed', subject: userId, detail }, now())
      })
    },

    async newSetupLink(viewer, userId) {
      const actorId = guardAccount(viewer)
      const id = parseInput(idText, userId)
      const addLink = await linkFor(id, actorId)
      return database.transact(async (tx) => {
        await lockGrants(tx)
        await demandForAnother(tx, viewer, 'person:change', id)
        appendAudit(tx, { actorId, action: 'setupLink.created', subject: id }, now())
        return addLink(tx)
      })
    },

    async setDisabled(viewer, input) {
      const actorId = guardAccount(viewer)
      const { userId, isDisabled } = parseInput(Disabling, input)
      await database.transact(async (tx) => {
        await lockGrants(tx)
        const person = await demandForAnother(tx, viewer, 'person:change', userId)
        await setDisabled(tx, userId, isDisabled ? new Date(now()) : null)
        if (person.personIsOfSystem === true && isDisabled) await demandAdministrator(tx)
        if (isDisabled) await endSessions(tx, userId)
        const action = isDisabled ? 'person.disabled' : 'person.enabled'
        appendAudit(tx, { actorId, action, subject: userId }, now())
      })
      if (isDisabled) options.onRevoked?.({ kind: 'user', userId })
    },
  }
}

/** @throws AppError bad_request naming the field */
function parsePhone(text: string): string {
  const phone = phoneNumber.safeParse(text)
  if (phone.success) return phone.data
  throw new AppError('bad_request', 'no telephone number', { detail: { field: 'phone', reason: 'wrong' } })
}

/** @throws AppError conflict naming the field, when another account has the email */
async function withFreeEmail<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (brokenUniqueIndex(error) !== 'user_email_key') throw error
    const detail = { field: 'email' }
    throw new AppError('conflict', 'the email has an account', { cause: error, detail })
  }
}

function entryOf(viewer: Viewer, { id, name, email, phone, units }: AccountRow): DirectoryEntry {
  const on = { personUnitIds: units.map((unit) => unit.id), isSelf: id === viewer.account?.userId }
  return {
    ...{ id, name },
    ...(may(viewer, 'email:see', on) && { email, ...(phone !== '' && { phone }) }),
    units: units.map((unit) => ({ id: unit.id, name: unit.name, position: unit.position })),
  }
}

/** @param within the units that the viewer administers; null for all */
function administeredRow(viewer: Viewer, row: AccountRow, within: readonly string[] | null): PersonRow {
  const { locale: _, ...shown } = row
  const personUnitIds = [
    ...row.units.map((unit) => unit.id),
    ...row.grants.flatMap((one) => one.unitId ?? []),
  ]
  const personIsOfSystem = row.grants.some((grant) => grant.unitId === null)
  return {
    ...shown,
    isSystemAdmin: within === null && row.isSystemAdmin,
    grants: row.grants.filter(
      ({ unitId }) => within === null || (unitId !== null && within.includes(unitId)),
    ),
    mayChange: may(viewer, 'person:change', { personUnitIds, personIsOfSystem }),
  }
}
