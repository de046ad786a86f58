import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { parseInput } from '#contract/input.ts'
import { isSettingKey } from '#contract/settings.ts'
import { readFields, type ReadSetting } from '#web/pages/admin/settings/settingForm.ts'

const text = z.string().max(200_000)
const Form = z
  .object({
    source: text.default(''),
    reason: text.default(''),
    validFrom: text.default(''),
    seenId: z.coerce.number().int().min(0),
  })
  .catchall(text)
const Withdrawal = z.object({ changeId: z.coerce.number().int(), seenId: z.coerce.number().int() })

/** What the form of a setting posts, for the platform to judge; or the field that says nothing. */
type SettingSubmission =
  | {
      isRead: true
      change: {
        key: string
        value: unknown
        source: string
        reason: string
        validFrom: string
        seenId: number
      }
    }
  | Extract<ReadSetting, { isRead: false }>

/** @throws AppError not_found for a key that is none, bad_request */
export function settingSubmission(key: string, form: FormData): SettingSubmission {
  if (!isSettingKey(key)) throw new AppError('not_found', 'no such setting')
  const { source, reason, validFrom, seenId, ...fields } = parseInput(Form, Object.fromEntries(form))
  const read = readFields(key, fields)
  return read.isRead
    ? { isRead: true, change: { key, value: read.value, source, reason, validFrom, seenId } }
    : read
}

/** What the form posts that takes a change back. @throws AppError bad_request */
export function settingWithdrawal(form: FormData): { changeId: number; seenId: number } {
  return parseInput(Withdrawal, Object.fromEntries(form))
}
