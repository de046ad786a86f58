import { z } from 'zod'

/** The schema of one kind of event: a name in the past tense, when, and what. Fields are only ever added, with a default. */
export function fact<T extends string, S extends z.ZodRawShape>(type: T, shape: S) {
  return z.object({ type: z.literal(type), atMs: z.number(), ...shape })
}
