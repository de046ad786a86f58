import { z } from 'zod'
import { type BodyKind, bodyKinds, type BodyOffice, bodyOffices } from '#contract/bodies.ts'
import { toDateInput } from '#contract/cityTime.ts'
import { AppError } from '#contract/errors.ts'
import { idText, line, momentMs, parseInput } from '#contract/input.ts'
import { limits } from '#contract/limits.ts'
import { appendAudit } from '#db/audit.ts'
import {
  addBody,
  type BodyFields,
  type BodyRow,
  type BodyWhole,
  changeBody,
  findBody,
  lockBody,
  searchBodies,
} from '#db/bodies.ts'
import {
  addMandate,
  type BodyMember,
  changeMandate,
  endMandate,
  endOffice,
  giveOffice,
  mandateIn,
  mandateOfOffice,
  membersOn,
  removeMandate,
} from '#db/mandates.ts'
import { type MandateRow } from '#db/mandateRows.ts'
import type { Database, PrismaTx } from '#db/client.ts'
import { guard, guardAccount, may, type Viewer } from '#office/access.ts'

export type { BodyKind, BodyMember, BodyOffice, BodyRow, MandateRow }

/** A body whole, as one viewer may see it. */
export interface BodyDetail extends BodyWhole {
  mayChange: boolean
}

/** Somebody who is added to a body. */
export interface NewMember {
  userId: string | null
  name: string
  position: string
  mayVote: boolean
  offices: BodyOffice[]
}

const day = z.iso.date().refine((text) => text >= '1945-01-01' && text <= '2100-01-01')
const span = { from: day, until: day.nullable() }
const reason = line(limits.reason)
const Fields = z.object({
  kind: z.enum(bodyKinds),
  name: line(limits.bodyName, 1),
  term: line(limits.term),
  ...span,
})
const NewBody = Fields.extend({ unitId: idText })
const Search = z.object({
  query: z.string().max(200).optional(),
  unitId: idText.optional(),
  which: z.enum(['now', 'past', 'all']).default('now'),
  atMs: momentMs.optional(),
})
const Person = z.object({
  userId: idText.nullable(),
  name: line(limits.personName, 1),
  position: line(limits.position),
  mayVote: z.boolean(),
})
const Members = z.object({
  bodyId: idText,
  ...span,
  members: z
    .array(Person.extend({ offices: z.array(z.enum(bodyOffices)).max(bodyOffices.length) }))
    .min(1)
    .max(500),
})
const MandateChange = Person.extend({ mandateId: idText, ...span, endReason: reason })
const MandateEnd = z.object({ mandateId: idText, until: day, endReason: line(limits.reason, 1) })
const Office = z.object({ mandateId: idText, office: z.enum(bodyOffices), ...span })
const OfficeEnd = z.object({ officeId: idText, until: day })

/** Bodies of units, their terms, members and offices, as pages use them. */
export type Bodies = ReturnType<typeof createBodies>

/**
 * Bodies of units with their dated members and offices. Every account may read them, as it may units; body:change of
 * the unit writes them. Days are the city's, an `until` is the first day on which something is no more. Each change is
 * one transaction with its entry in the audit log.
 */
export function createBodies(options: { database: Database; now?: () => number }) {
  const { database } = options
  const now = options.now ?? Date.now
  const today = (): string => toDateInput(now())

  /** Runs a change of a body that the viewer may change, told in the log. To others a body's parts look absent. */
  async function change<T>(
    viewer: Viewer,
    unitOf: (tx: PrismaTx) => Promise<{ bodyId: string; unitId: string }>,
    work: (tx: PrismaTx, bodyId: string) => Promise<{ action: string; detail: object; result: T }>,
  ): Promise<T> {
    guardAccount(viewer)
    return database.transact(async (tx) => {
      const { bodyId, unitId } = await unitOf(tx)
      const actorId = guard(viewer, 'body:change', { unitId })
      const { action, detail, result } = await work(tx, bodyId)
      appendAudit(tx, { actorId, action, subject: bodyId, detail: { unitId, ...detail } }, now())
      return result
    })
  }
  const ofBody = (bodyId: string) => async (tx: PrismaTx) => ({ bodyId, ...(await lockBody(tx, bodyId)) })
  const ofMandate = (mandateId: string) => (tx: PrismaTx) => mandateIn(tx, mandateId)

  return {
    /** Bodies of a day (`now`), over before it (`past`), or all; at most 200. */
    async list(viewer: Viewer, input: z.input<typeof Search> = {}): Promise<BodyRow[]> {
      guardAccount(viewer)
      const { atMs, ...rest } = parseInput(Search, input)
      return searchBodies(database, {
        ...rest,
        day: atMs === undefined ? today() : toDateInput(atMs),
        limit: 200,
      })
    },

    /** Whether there is a unit whose bodies the viewer may write, and the own unit that is meant most likely. */
    writes(viewer: Viewer): { mayCreate: boolean; unit: { id: string; name: string } | null } {
      guardAccount(viewer)
      const writable = (unitId: string): boolean => may(viewer, 'body:change', { unitId })
      const unit = viewer.units.find(({ id }) => writable(id))
      const held = viewer.account?.unitRoles ?? []
      const mayCreate = viewer.account?.isSystemAdmin === true || held.some(({ unitId }) => writable(unitId))
      return { mayCreate, unit: unit ? { id: unit.id, name: unit.name } : null }
    },

    /** @throws AppError not_found */
    async get(viewer: Viewer, id: string): Promise<BodyDetail> {
      guardAccount(viewer)
      const body = await findBody(database, parseInput(idText, id), today())
      if (!body) throw new AppError('not_found', 'no such body')
      return { ...body, mayChange: may(viewer, 'body:change', { unitId: body.unitId }) }
    },

    /** Who is a member on the day of a moment, by rank, and whether they may vote. */
    async membersOn(viewer: Viewer, input: { bodyId: string; atMs: number }): Promise<BodyMember[]> {
      guardAccount(viewer)
      const { bodyId, atMs } = parseInput(z.object({ bodyId: idText, atMs: momentMs }), input)
      return membersOn(database, bodyId, atMs)
    },

    /** body:change. @throws AppError bad_request with `detail.field` */
    async create(viewer: Viewer, input: BodyFields & { unitId: string }): Promise<{ id: string }> {
      guardAccount(viewer)
      const body = parseInput(NewBody, input)
      const actorId = guard(viewer, 'body:change', { unitId: body.unitId })
      return database.transact(async (tx) => {
        const id = await addBody(tx, body)
        appendAudit(tx, { actorId, action: 'body.created', subject: id, detail: { ...body } }, now())
        return { id }
      })
    },

    /** body:change. @throws AppError not_found; bad_request, also where a mandate would lie outside of the term */
    async change(viewer: Viewer, input: BodyFields & { bodyId: string }): Promise<void> {
      const { bodyId, ...fields } = parseInput(Fields.extend({ bodyId: idText }), input)
      await change(viewer, ofBody(bodyId), async (tx) => {
        const { unitId: _unit, ...before } = await lockBody(tx, bodyId)
        await changeBody(tx, bodyId, fields)
        return { action: 'body.changed', detail: { before, after: fields }, result: undefined }
      })
    },

    /**
     * Adds members, all or none, from one day on. body:change.
     * @throws AppError bad_request; conflict with `detail.name` of who is a member already (`detail.field` name) or may
     * not preside beside another (office)
     */
    async addMembers(viewer: Viewer, input: z.input<typeof Members>): Promise<{ count: number }> {
      const { bodyId, members, from, until } = parseInput(Members, input)
      return change(viewer, ofBody(bodyId), async (tx) => {
        for (const { offices, ...person } of members)
          await addMandate(tx, bodyId, { ...person, from, until }, [...new Set(offices)])
        const names = members.map((one) => one.name)
        const detail = { from, until, count: members.length, names }
        return { action: 'body.membersAdded', detail, result: { count: members.length } }
      })
    },

    /** Corrects what was written down of a member. body:change. @throws AppError as `addMembers`; not_found */
    async changeMember(viewer: Viewer, input: z.input<typeof MandateChange>): Promise<void> {
      const { mandateId, ...fields } = parseInput(MandateChange, input)
      await change(viewer, ofMandate(mandateId), async (tx) => {
        const before = factsOf(await mandateIn(tx, mandateId))
        await changeMandate(tx, mandateId, fields)
        const after = factsOf(await mandateIn(tx, mandateId))
        return { action: 'body.memberChanged', detail: { mandateId, before, after }, result: undefined }
      })
    },

    /** Ends a mandate with all its offices; the reason stays beside it. body:change. @throws AppError not_found; bad_request */
    async endMember(viewer: Viewer, input: z.input<typeof MandateEnd>): Promise<void> {
      const { mandateId, until, endReason } = parseInput(MandateEnd, input)
      await change(viewer, ofMandate(mandateId), async (tx) => {
        const { name } = await endMandate(tx, mandateId, { until, endReason })
        const detail = { mandateId, name, until, endReason }
        return { action: 'body.memberEnded', detail, result: undefined }
      })
    },

    /** Takes away a member who was written down by mistake. body:change. @throws AppError not_found */
    async removeMember(viewer: Viewer, mandateId: string): Promise<void> {
      const id = parseInput(idText, mandateId)
      await change(viewer, ofMandate(id), async (tx) => {
        const was = factsOf(await mandateIn(tx, id))
        await removeMandate(tx, id)
        return { action: 'body.memberRemoved', detail: { mandateId: id, was }, result: undefined }
      })
    },

    /** body:change. @throws AppError not_found; bad_request; conflict when held already, or somebody else presides */
    async giveOffice(viewer: Viewer, input: z.input<typeof Office>): Promise<void> {
      const { mandateId, ...office } = parseInput(Office, input)
      await change(viewer, ofMandate(mandateId), async (tx) => {
        await giveOffice(tx, mandateId, office)
        return { action: 'body.officeGiven', detail: { mandateId, ...office }, result: undefined }
      })
    },

    /** Ends an office; one that had not begun by then is taken away. body:change. @throws AppError not_found; bad_request */
    async endOffice(viewer: Viewer, input: z.input<typeof OfficeEnd>): Promise<void> {
      const { officeId, until } = parseInput(OfficeEnd, input)
      await change(
        viewer,
        async (tx) => mandateIn(tx, await mandateOfOffice(tx, officeId)),
        async (tx) => {
          const mandateId = await mandateOfOffice(tx, officeId)
          const { office } = await endOffice(tx, officeId, until)
          return { action: 'body.officeEnded', detail: { mandateId, office, until }, result: undefined }
        },
      )
    },
  }
}

/** What the log keeps of a mandate. */
function factsOf({ name, position, userId, mayVote, from, until, endReason }: MandateRow) {
  return { name, position, userId, mayVote, from, until, endReason }
}
