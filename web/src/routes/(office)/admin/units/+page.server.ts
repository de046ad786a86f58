import { fail } from '@sveltejs/kit'
import { z } from 'zod'
import { limits } from '#contract/limits.ts'
import { unitLevels } from '#contract/meeting.ts'
import { twoLevelEraStartMs } from '#web/pages/meetings/meetingFilter.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import { attempt } from '#web/server/appErrors.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  const viewer = viewerIn(locals)
  const query = (url.searchParams.get('q') ?? '').slice(0, 200)
  const era = url.searchParams.get('era') === 'before' ? ('before' as const) : ('now' as const)
  const atMs = era === 'before' ? twoLevelEraStartMs - 1 : Date.now()
  const { units } = services()
  const asked = { ...(query ? { query } : {}), atMs }
  // One search a level: each answers at most 200.
  const [total, ...levels] = await Promise.all([
    units.count(viewer, asked),
    ...unitLevels.map((level) => units.administeredUnits(viewer, { ...asked, level })),
  ])
  return { units: levels.flat(), total, query, era }
}

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)
const Correction = z.object({
  unitId: id,
  kind: z.string().trim().min(1).max(50),
  name: z.string().trim().min(1).max(limits.unitName),
  code: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9.-]{1,20}$/),
  parentId: id.nullable().default(null),
})

export const actions: Actions = {
  correct: async ({ request, locals }) => {
    const parsed = Correction.safeParse(Object.fromEntries(await request.formData()))
    if (!parsed.success)
      return fail(400, { invalid: parsed.error.issues.map((issue) => String(issue.path[0])) })
    const done = await attempt(async () => {
      await services().units.correctUnit(viewerIn(locals), parsed.data)
      return { isDone: true as const }
    }, {})
    if (!('status' in done)) return done
    const field = done.data.error.detail?.['field']
    return typeof field === 'string' ? fail(done.status, { invalid: [field] }) : done
  },
}
