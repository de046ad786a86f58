import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import type { UserId } from '#contract/ids.ts'
import { idText, line, parseInput } from '#contract/input.ts'
import { limits } from '#contract/limits.ts'
import { type UnitRole, unitRoles } from '#contract/meeting.ts'
import { isScoped, officeRoles, type RoleGrant } from '#contract/officeRole.ts'
import type { Revocation } from '#contract/revocation.ts'
import { appendAudit } from '#db/audit.ts'
import type { Database, PrismaTx } from '#db/client.ts'
import { changesBetween } from '#db/meetingFacts.ts'
import { membershipOf, setMembership } from '#db/people.ts'
import { addGrant, demandAdministrator, lockGrants, removeGrant } from '#db/roleGrants.ts'
import { voidSetupLinks } from '#db/setupLinks.ts'
import { guardAccount, type Viewer } from '#office/access.ts'
import { demandForPerson } from './personInQuestion.ts'

/** Who is what: places in units, and the roles beside them. */
export interface Roles {
  /**
   * Gives, changes (also the position alone) or takes (`role: null`) a place in a unit. role:give, role:withdraw.
   * What gives more voids the person's set-up link.
   */
  setUnitRole(
    viewer: Viewer,
    input: { userId: string; unitId: string; role: UnitRole | null; position: string },
  ): Promise<void>
  /** role:give. Giving what is held already changes nothing, else the person's set-up link is void. */
  give(viewer: Viewer, input: RoleGrant & { userId: string }): Promise<void>
  /** role:withdraw. Throws `not_found` for what is not held, `invalid_state` for the last system administrator. */
  withdraw(viewer: Viewer, input: RoleGrant & { userId: string }): Promise<void>
}

const UnitRoleChange = z.object({
  userId: idText,
  unitId: idText,
  role: z.enum(unitRoles).nullable(),
  position: line(limits.position),
})
const Grant = z
  .object({ userId: idText, role: z.enum(officeRoles), unitId: idText.nullable() })
  .refine(({ role, unitId }) => isScoped(role) === (unitId !== null), { path: ['unitId'] })

/**
 * Roles, as the administration gives and takes them. An administrator of a unit gives those of the units that are
 * administered, to people who are in one of them; those of the whole system are its administrators' to give. Nobody
 * gives anything to themselves. What changed is felt at once: the person's pages and sockets are looked up anew.
 */
export function createRoles(options: {
  database: Database
  onRevoked?: (revocation: Revocation) => void
  now?: () => number
}): Roles {
  const { database } = options
  const now = options.now ?? Date.now
  const changed = (userId: string): void => options.onRevoked?.({ kind: 'user', userId })

  /** Gives or takes a role under the lock of all grants, told in the log; `work` answers null when nothing changed. */
  async function changeGrant(
    viewer: Viewer,
    input: z.input<typeof Grant>,
    right: 'role:give' | 'role:withdraw',
    work: (
      tx: PrismaTx,
      grant: z.output<typeof Grant>,
      actorId: UserId,
    ) => Promise<'role.given' | 'role.withdrawn' | null>,
  ): Promise<void> {
    const actorId = guardAccount(viewer)
    const grant = parseInput(Grant, input)
    const { userId, role, unitId } = grant
    await database.transact(async (tx) => {
      await lockGrants(tx)
      await demandForPerson(tx, viewer, right, userId, { role, ...(unitId === null ? {} : { unitId }) })
      const action = await work(tx, grant, actorId)
      if (action === null) return
      const detail = { role, unitId: unitId ?? 'all' }
      appendAudit(tx, { actorId, action, subject: userId, detail }, now())
    })
    changed(userId)
  }

  return {
    async setUnitRole(viewer, input) {
      const actorId = guardAccount(viewer)
      const change = parseInput(UnitRoleChange, input)
      const { userId, unitId, role } = change
      await database.transact(async (tx) => {
        await lockGrants(tx)
        const place = await membershipOf(tx, userId, unitId)
        const before = place?.role ?? null
        // Another position, or a lower place, gives nothing.
        const gives = role !== null && role !== before && !(before && role === 'official')
        const action = gives ? 'role:give' : 'role:withdraw'
        await demandForPerson(tx, viewer, action, userId, {
          unitId,
          role: role ?? 'official',
        })
        await setMembership(tx, change)
        if (gives) await voidSetupLinks(tx, userId)
        const changes = [
          { field: 'role', from: before ?? 'none', to: role ?? 'none' },
          ...changesBetween(
            { position: place?.position ?? '' },
            { position: role === null ? '' : change.position },
          ).map((one) => ({ ...one })),
        ]
        const detail = { unitId, changes }
        appendAudit(tx, { actorId, action: 'role.changed', subject: userId, detail }, now())
      })
      changed(userId)
    },

    give: (viewer, input) =>
      changeGrant(viewer, input, 'role:give', async (tx, grant, grantedById) => {
        if (!(await addGrant(tx, { ...grant, grantedById }))) return null
        // Whoever has one would take over more with it than what it was made for.
        await voidSetupLinks(tx, grant.userId)
        return 'role.given'
      }),

    withdraw: (viewer, input) =>
      changeGrant(viewer, input, 'role:withdraw', async (tx, grant) => {
        if (!(await removeGrant(tx, grant))) throw new AppError('not_found', 'not held')
        if (grant.role === 'system_admin') await demandAdministrator(tx)
        return 'role.withdrawn'
      }),
  }
}
