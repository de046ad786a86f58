import { z } from 'zod'
import { AppError, errorCodes, toWireError, type WireError } from '#contract/errors.ts'

/** The longest message that crosses a bus, in characters of JSON. */
export const maxBusMessageLength = 4 * 1024 * 1024

/**
 * The one JSON codec of all buses. `undefined` crosses as null.
 * @throws AppError `too_large`; TypeError for what JSON cannot say (a bug of the sender).
 */
export function encode(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null'
  if (text.length > maxBusMessageLength)
    throw new AppError('too_large', `${text.length} characters on the bus`)
  return text
}

/** The inverse of `encode`; the result is unparsed data. */
export function decode(text: string): unknown {
  return JSON.parse(text)
}

const Failure = z.object({
  code: z.enum(errorCodes),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
})

const Answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: Failure }),
])
/** What a server answers: a value or a code. */
type BusAnswer = { ok: true; value: unknown } | { ok: false; error: WireError }

/**
 * Runs a server's handler and writes its answer, or the code of what it threw; an unexpected error goes to
 * `onUnknown` whole, and so does an answer that JSON cannot say.
 */
export async function encodeAnswer(
  id: string,
  run: () => Promise<unknown>,
  onUnknown: (error: unknown) => void,
): Promise<string> {
  try {
    const answer: BusAnswer = { ok: true, value: (await run()) ?? null }
    return encode({ id, answer })
  } catch (error) {
    if (!(error instanceof AppError)) onUnknown(error)
    const answer: BusAnswer = { ok: false, error: toWireError(error) }
    return encode({ id, answer })
  }
}

/** The value of an answer that crossed the bus. @throws AppError the server's code; `internal` for what is no answer. */
export function valueOf(message: unknown, where: string): unknown {
  const parsed = Answer.safeParse(message)
  if (!parsed.success) throw new AppError('internal', `${where} answered out of shape`)
  if (parsed.data.ok) return parsed.data.value
  const { code, detail } = parsed.data.error
  throw new AppError(code, `${where} answered ${code}`, detail ? { detail } : {})
}

/** An answer as it travels, beside the request's id. */
export const ReplyMessage = z.object({ id: z.string(), answer: z.unknown() })
