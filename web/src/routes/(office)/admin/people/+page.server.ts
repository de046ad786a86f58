import { fail } from '@sveltejs/kit'
import { z } from 'zod'
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

export const load: PageServerLoad = async ({ locals, url }) => {
  const query = (url.searchParams.get('q') ?? '').slice(0, 200)
  return { people: await services().people.list(viewerIn(locals), { query, limit: 200 }), query }
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
