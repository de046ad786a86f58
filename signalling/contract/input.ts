import { z } from 'zod'
import { AppError } from './errors.ts'

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

/** One line that somebody typed: no control characters, spaces at the ends taken off, any script. */
export function line(maxLength: number, minLength = 0): z.ZodType<string> {
  return z
    .string()
    .transform((text) =>
      text
        .normalize('NFC')
        .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
        .trim(),
    )
    .pipe(z.string().min(minLength).max(maxLength))
}

/** Several lines that somebody typed. */
export function paragraphs(maxLength: number): z.ZodType<string> {
  return z
    .string()
    .transform((text) =>
      text
        .normalize('NFC')
        .replace(/\r\n?/g, '\n')
        .replace(/[^\P{Cc}\n\t]+/gu, ' ')
        .trim(),
    )
    .pipe(z.string().max(maxLength))
}

/** A moment within reason: 2000 to 2100. */
export const momentMs = z.number().int().min(946_684_800_000).max(4_102_444_800_000)
