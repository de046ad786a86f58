import { z } from 'zod'
import { limits } from '#contract/limits.ts'

/** A telephone number as people write it, spaces evened out: 3 to 15 digits (E.164) with + ( ) - . between; or empty. */
export const phoneNumber = z
  .string()
  .trim()
  .max(limits.phone)
  .regex(/^(?:\+?[\d(][\d\s().-]*)?$/)
  .transform((text) => text.replaceAll(/\s+/g, ' '))
  .refine((text) => {
    const { length } = text.replaceAll(/\D/g, '')
    return text === '' || (length >= 3 && length <= 15)
  })
