import { z } from 'zod'
import { AppError } from './errors.ts'
import { isSeen, withoutHidden, withoutWordMarks } from './wordText.ts'

/**
 * Parses what a page hands to a service. Objects come out with the schema's keys only, on a plain prototype.
 * @throws AppError bad_request with the first wrong field as `detail.field`
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue?.path.map(String).join('.') ?? ''
  throw new AppError('bad_request', `${field}: ${issue?.message ?? 'wrong'}`, { detail: { field } })
}

/** An id as it arrives from a page. */
export const idText = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)

/**
 * One line that somebody typed: no control characters, nothing that is not seen or turns the line round, spaces at the
 * ends taken off, any script. Where something has to stand, something is to be seen.
 */
export function line(maxLength: number, minLength = 0): z.ZodType<string> {
  return z
    .string()
    .transform((text) => typed(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')))
    .pipe(
      z
        .string()
        .min(minLength)
        .max(maxLength)
        .refine((text) => minLength === 0 || isSeen(text)),
    )
}

/** Several lines that somebody typed. */
export function paragraphs(maxLength: number): z.ZodType<string> {
  return z
    .string()
    .transform((text) => typed(text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]+/gu, ' ')))
    .pipe(z.string().max(maxLength))
}

function typed(text: string): string {
  return withoutHidden(withoutWordMarks(text)).normalize('NFC').trim()
}

/** A moment within reason: 2000 to 2100. */
export const momentMs = z.number().int().min(946_684_800_000).max(4_102_444_800_000)
