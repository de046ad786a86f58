import { z } from 'zod'

const line = z.string().max(500)
const paragraph = z.string().max(20_000)

/** A person or site as the minutes list it. Times are epoch milliseconds, durations milliseconds. */
const MinutesPerson = z.strictObject({
  participantId: z.string().max(64).nullable(),
  name: line,
  position: line,
  unitName: line,
})

/**
 * What a meeting's minutes say (Biên bản, NĐ 30/2020 Mẫu 1.9; content by QĐ 45/2018). The one model behind the
 * editor, the DOCX and the PDF, so that they cannot diverge.
 */
export const MinutesContent = z.strictObject({
  parentBody: line,
  body: line,
  docNumber: line,
  docSymbol: line,
  /** Địa danh in the date line. */
  place: line,
  /** The date of the document. */
  dateMs: z.number().int(),
  /** Trích yếu, e.g. "Họp giao ban tháng 11". */
  subject: line,
  startedAtMs: z.number().int(),
  endedAtMs: z.number().int(),
  location: line,
  chair: MinutesPerson,
  secretary: MinutesPerson,
  present: z
    .array(
      MinutesPerson.extend({
        /** The site's name, or empty on a device of one's own. */
        siteName: line,
        isSite: z.boolean(),
        joinedAtMs: z.number().int().nullable(),
        isLate: z.boolean(),
      }),
    )
    .max(2000),
  absent: z.array(MinutesPerson.extend({ reason: line })).max(2000),
  items: z
    .array(
      z.strictObject({
        agendaItemId: z.string().max(64).nullable(),
        title: line,
        startedAtMs: z.number().int().nullable(),
        speakers: z
          .array(MinutesPerson.extend({ atMs: z.number().int(), durationMs: z.number().int().min(0) }))
          .max(2000),
        /** What was said, as the secretary writes it. */
        paragraphs: z.array(paragraph).max(500),
      }),
    )
    .max(200),
  conclusions: z.array(paragraph).max(200),
  recipients: z.array(line).max(200),
})
export type MinutesContent = z.infer<typeof MinutesContent>
