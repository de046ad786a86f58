import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { parseInput } from '#contract/input.ts'
import { MeetingPlan, PlanStatus } from '#contract/plan.ts'

const Form = z.object({
  plan: z.string().max(1_000_000),
  status: PlanStatus,
  version: z.coerce.number().int().min(0),
})

/**
 * What the form of a plan posts: the plan, what shall become of it, and the version that it was made from (0: new).
 * @throws AppError bad_request with the field of the plan as `detail.field`
 */
export function planSubmission(form: FormData): { plan: MeetingPlan; status: PlanStatus; version: number } {
  const { plan, ...rest } = parseInput(Form, Object.fromEntries(form))
  return { plan: parseInput(MeetingPlan, jsonOf(plan)), ...rest }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('bad_request', 'a plan that is not JSON', { cause, detail: { field: 'plan' } })
  }
}
