import { AppError } from '#contract/errors.ts'
import type { Action, Subject } from '#contract/permissions.ts'
import type { PrismaTx } from '#db/client.ts'
import { personFacts } from '#db/roleGrants.ts'
import { guard, may, type Viewer } from '#office/access.ts'

/**
 * What `allows` asks about a person, once the viewer may do that. Whom the viewer does not administer looks absent.
 * @throws AppError not_found; forbidden to who administers nobody, or may not do it to this person
 */
export async function demandForPerson(
  tx: PrismaTx,
  viewer: Viewer,
  action: Action,
  userId: string,
  on: Subject = {},
): Promise<Subject> {
  guard(viewer, 'people:administer')
  const facts = await personFacts(tx, userId)
  const isThere = facts?.personUnitIds.some((unitId) => may(viewer, 'people:administer', { unitId })) ?? false
  if (!facts || (!isThere && !may(viewer, 'system:administer')))
    throw new AppError('not_found', 'no such person')
  const subject = { ...on, ...facts, isSelf: userId === viewer.account?.userId }
  guard(viewer, action, subject)
  return subject
}

/**
 * The same of somebody else: whoever took a session over makes no lasting way into its account of it.
 * @throws AppError invalid_state, and what `demandForPerson` does
 */
export async function demandForAnother(
  tx: PrismaTx,
  viewer: Viewer,
  action: Action,
  userId: string,
): Promise<Subject> {
  const person = await demandForPerson(tx, viewer, action, userId)
  if (person.isSelf === true) throw new AppError('invalid_state', 'not for one’s own account')
  return person
}
