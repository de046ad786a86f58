import { fail } from '@sveltejs/kit'
import { z } from 'zod'
import { bodyKinds, bodyOffices } from '#contract/bodies.ts'
import { AppError } from '#contract/errors.ts'
import { untilAfter } from '#web/pages/bodies/bodyDays.ts'
import { attempt, pageErrorOf } from './appErrors.ts'

const text = z.string().max(20_000).default('')
const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)
const day = z.iso.date()
const lastDay = z.union([z.literal(''), day]).default('')
const span = { from: day, lastDay }
const mayVote = z
  .literal('yes')
  .optional()
  .transform((value) => value === 'yes')
const Body = z.object({ kind: z.enum(bodyKinds), name: text, term: text, ...span })
const person = {
  name: text,
  position: text,
  mayVote,
  userId: z.union([id, z.literal('').transform(() => null)]),
}

/** What the forms of a body's pages post. Days: of the city; a last day belongs to the time that it ends. */
export const bodyForms = {
  create: Body.extend({ unitId: id }),
  change: Body,
  addMember: z.object({
    ...person,
    ...span,
    office: z.union([z.literal(''), z.enum(bodyOffices)]).default(''),
  }),
  addMembers: z.object({ rows: z.string().max(200_000), mayVote, ...span }),
  changeMember: z.object({ ...person, ...span, mandateId: id, endReason: text }),
  endMember: z.object({ mandateId: id, lastDay: day, endReason: text }),
  removeMember: z.object({ mandateId: id }),
  giveOffice: z.object({ mandateId: id, office: z.enum(bodyOffices), ...span }),
  endOffice: z.object({ officeId: id, lastDay: day }),
}

/**
 * Runs an act of a body's form with what it posted, an `until` beside each last day. What a field was refused for is
 * named by the field; who stands in the way of somebody by `taken` or `presided`.
 */
export async function bodyAct<S extends z.ZodType>(
  schema: S,
  form: FormData,
  act: (input: z.output<S>) => Promise<unknown>,
) {
  const parsed = schema.safeParse(Object.fromEntries(form))
  if (!parsed.success)
    return fail(400, { invalid: parsed.error.issues.map((issue) => nameOf(String(issue.path[0]))) })
  return attempt(async () => {
    try {
      await act(parsed.data)
      return { isDone: true as const }
    } catch (thrown) {
      const { code, detail } = pageErrorOf(thrown) ?? {}
      const field = String(detail?.['field'] ?? '')
      if (code === 'conflict') {
        const told = {
          field: field === 'name' ? 'taken' : 'presided',
          reason: String(detail?.['name'] ?? ''),
        }
        throw new AppError('conflict', 'told at the field', { cause: thrown, detail: told })
      }
      if (code === 'bad_request' && field !== '')
        return fail(400, { invalid: [field.replace(/^members.*/, 'members')] })
      throw thrown
    }
  }, {})
}

/** A time as the record has it. */
export function spanOf({ from, lastDay }: { from: string; lastDay: string }): {
  from: string
  until: string | null
} {
  return { from, until: untilAfter(lastDay) }
}

function nameOf(field: string): string {
  return field === 'lastDay' ? 'until' : field
}
