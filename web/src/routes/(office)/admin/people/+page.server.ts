import { fail } from '@sveltejs/kit'
import { z } from 'zod'
import { isScoped, officeRoles } from '#contract/officeRole.ts'
import { unitRoles } from '#contract/meeting.ts'
import { limits } from '#contract/limits.ts'
import { attempt } from '#web/server/appErrors.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)
const Invitation = z.object({
  name: z.string().trim().min(1).max(limits.personName),
  email: z.string().trim().pipe(z.email().max(limits.email)),
  unitId: id,
  role: z.enum(unitRoles),
  position: z.string().trim().max(limits.position),
})
const Role = z.object({
  userId: id,
  unitId: id,
  role: z.union([z.enum(unitRoles), z.literal('').transform(() => null)]),
  position: z.string().trim().max(limits.position).default(''),
})

const Grant = z
  .object({
    userId: id,
    role: z.enum(officeRoles),
    unitId: z.union([id, z.literal('').transform(() => null)]).default(null),
  })
  .refine(({ role, unitId }) => isScoped(role) === (unitId !== null))
/** An address that changes is typed twice: whoever has it can sign in. */
const Change = Invitation.pick({ name: true, email: true })
  .extend({
    phone: z.string().max(200).optional(),
    userId: id,
    emailBefore: z.string(),
    emailRepeat: z.string().trim().default(''),
  })
  .refine(({ email, emailBefore, emailRepeat }) => email === emailBefore || email === emailRepeat, {
    path: ['emailRepeat'],
  })

export const load: PageServerLoad = async ({ locals, url }) => {
  const query = (url.searchParams.get('q') ?? '').slice(0, 200)
  return { ...(await services().people.list(viewerIn(locals), { query, limit: 200 })), query }
}

export const actions: Actions = {
  create: async ({ request, locals }) => {
    const parsed = Invitation.safeParse(Object.fromEntries(await request.formData()))
    if (!parsed.success)
      return fail(400, { invalid: parsed.error.issues.map((issue) => String(issue.path[0])) })
    const made = await attempt(async () => {
      const { person, setupPath, expiresAtMs } = await services().people.create(viewerIn(locals), parsed.data)
      return { link: { name: person.name, path: setupPath, expiresAtMs } }
    }, {})
    const isTaken = 'status' in made && made.data.error.code === 'conflict'
    return isTaken ? fail(409, { invalid: ['takenEmail'] }) : made
  },
  newLink: async ({ request, locals }) => {
    const parsed = z
      .object({ userId: id, name: z.string().max(limits.personName) })
      .safeParse(Object.fromEntries(await request.formData()))
    if (!parsed.success) return fail(400, { invalid: ['userId'] })
    return attempt(async () => {
      const { setupPath, expiresAtMs } = await services().people.newSetupLink(
        viewerIn(locals),
        parsed.data.userId,
      )
      return { link: { name: parsed.data.name, path: setupPath, expiresAtMs } }
    }, {})
  },
  role: async ({ request, locals }) => {
    const parsed = Role.safeParse(Object.fromEntries(await request.formData()))
    if (!parsed.success)
      return fail(400, { invalid: parsed.error.issues.map((issue) => String(issue.path[0])) })
    return attempt(async () => {
      await services().roles.setUnitRole(viewerIn(locals), parsed.data)
      return { isDone: true as const }
    }, {})
  },
  resetSecondFactor: async ({ request, locals }) => {
    const userId = String((await request.formData()).get('userId') ?? '')
    return attempt(async () => {
      await services().accounts.secondFactors.reset(viewerIn(locals), userId)
      return { isDone: true as const }
    }, {})
  },
  give: async ({ request, locals }) => {
    const grant = Grant.safeParse(Object.fromEntries(await request.formData()))
    if (!grant.success) return fail(400, { invalid: ['grantUnit'] })
    return attempt(async () => {
      await services().roles.give(viewerIn(locals), grant.data)
      return { isDone: true as const }
    }, {})
  },
  withdraw: async ({ request, locals }) => {
    const grant = Grant.safeParse(Object.fromEntries(await request.formData()))
    if (!grant.success) return fail(400, { invalid: ['grantUnit'] })
    return attempt(async () => {
      await services().roles.withdraw(viewerIn(locals), grant.data)
      return { isDone: true as const }
    }, {})
  },
  change: async ({ request, locals }) => {
    const parsed = Change.safeParse(Object.fromEntries(await request.formData()))
    if (!parsed.success)
      return fail(400, { invalid: parsed.error.issues.map((issue) => String(issue.path[0])) })
    const { userId, name, email, phone } = parsed.data
    const done = await attempt(async () => {
      await services().people.change(viewerIn(locals), { userId, name, email, phone })
      return { isDone: true as const }
    }, {})
    const isTaken = 'status' in done && done.data.error.code === 'conflict'
    return isTaken ? fail(409, { invalid: ['takenEmail'] }) : done
  },
  disable: async ({ request, locals }) => {
    const parsed = z
      .object({ userId: id, isDisabled: z.stringbool() })
      .safeParse(Object.fromEntries(await request.formData()))
    if (!parsed.success) return fail(400, { invalid: ['userId'] })
    return attempt(async () => {
      await services().people.setDisabled(viewerIn(locals), parsed.data)
      return { isDone: true as const }
    }, {})
  },
}
