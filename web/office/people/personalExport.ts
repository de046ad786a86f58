import { AppError } from '#contract/errors.ts'
import { fileDate } from '#contract/cityTime.ts'
import { idText, parseInput } from '#contract/input.ts'
import type { Database } from '#db/client.ts'
import { personalData, type PersonalPart } from '#db/personalData.ts'
import { guardAccount, type Viewer } from '#office/access.ts'
import { ExportPlaces } from '#office/documents/exportPlaces.ts'
import { personalPage } from './personalPage.ts'
import type { PersonalWords } from './personalWords.ts'
import { demandForPerson } from './personInQuestion.ts'

/** For programs, or as a page in the words of one language. */
export type PersonalFormat = 'json' | { html: PersonalWords }

/** Everything that is held on one person (Luật 91/2025/QH15). */
export interface PersonalExport {
  /**
   * One list a kind of data: as JSON for programs, or as a page to read and print. Of oneself, or for an administrator of
   * everybody: it tells of meetings and messages of all units. It is in the audit log; one at a time for each.
   * @throws AppError not_found, forbidden; confirmation_needed; busy
   */
  export(
    viewer: Viewer,
    userId: string,
    format: PersonalFormat,
  ): Promise<{ fileName: string; body: ReadableStream<Uint8Array> }>
}

/** Makes `PersonalExport` on a database. */
export function createPersonalExport(options: { database: Database; now?: () => number }): PersonalExport {
  const { database } = options
  const now = options.now ?? Date.now
  const places = new ExportPlaces()
  return {
    async export(viewer, input, format) {
      const actorId = guardAccount(viewer)
      const userId = parseInput(idText, input)
      if (userId !== actorId) {
        await demandForPerson(database.prisma, viewer, 'person:change', userId)
        if (!viewer.account?.isSystemAdmin)
          throw new AppError('forbidden', 'of other people, by administrators')
      }
      const extension = format === 'json' ? 'json' : 'html'
      const body = await places.stream(actorId, async () => {
        const detail = { format: extension }
        await database.audit.record({ actorId, action: 'person.exported', subject: userId, detail }, now())
        const parts = personalData(database, userId)
        return format === 'json' ? asJson(parts) : personalPage(parts, now(), format.html)
      })
      return { fileName: `du-lieu-ca-nhan-${fileDate(now())}.${extension}`, body }
    },
  }
}

/** One JSON object with a list a kind. */
async function* asJson(parts: AsyncGenerator<PersonalPart>): AsyncGenerator<string> {
  let of: PersonalPart['of'] | null = null
  let isFirst = true
  for await (const part of parts) {
    let text = ''
    if (part.of !== of) {
      text = `${of === null ? '{' : '\n  ],'}\n  ${JSON.stringify(part.of)}: [`
      of = part.of
      isFirst = true
    }
    for (const row of part.rows) {
      text += `${isFirst ? '' : ','}\n    ${JSON.stringify(row)}`
      isFirst = false
    }
    yield text
  }
  yield of === null ? '{}\n' : '\n  ]\n}\n'
}
