import { AppError } from '#contract/errors.ts'
import { fileDate } from '#contract/cityTime.ts'
import { idText, parseInput } from '#contract/input.ts'
import type { Database } from '#db/client.ts'
import { personalData, type PersonalPart } from '#db/personalData.ts'
import { guardAccount, type Viewer } from '#office/access.ts'
import { demandForPerson } from './personInQuestion.ts'

/** Everything that is held on one person (Luật 91/2025/QH15). */
export interface PersonalExport {
  /**
   * As JSON: one list a kind of data. Of oneself, or of a person whom one may change (person:change); it is in the
   * audit log. @throws AppError not_found, forbidden; busy
   */
  export(viewer: Viewer, userId: string): Promise<{ fileName: string; body: ReadableStream<Uint8Array> }>
}

const atOnce = 3

/** Makes `PersonalExport` on a database. */
export function createPersonalExport(options: { database: Database; now?: () => number }): PersonalExport {
  const { database } = options
  const now = options.now ?? Date.now
  let running = 0
  return {
    async export(viewer, input) {
      const actorId = guardAccount(viewer)
      const userId = parseInput(idText, input)
      if (userId !== actorId) await demandForPerson(database.prisma, viewer, 'person:change', userId)
      if (running >= atOnce) throw new AppError('busy')
      running++
      try {
        await database.audit.record({ actorId, action: 'person.exported', subject: userId }, now())
      } catch (error) {
        running--
        throw error
      }
      const body = streamed(personalData(database, userId), () => running--)
      return { fileName: `du-lieu-ca-nhan-${fileDate(now())}.json`, body }
    },
  }
}

/** One JSON object with a list a kind; read on only as fast as it is taken. */
function streamed(parts: AsyncGenerator<PersonalPart>, onEnd: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let of: PersonalPart['of'] | null = null
  let isFirst = true
  let isOver = false
  const end = (): void => {
    if (!isOver) onEnd()
    isOver = true
  }
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await parts.next()
        if (done) {
          controller.enqueue(encoder.encode(of === null ? '{}\n' : '\n  ]\n}\n'))
          controller.close()
          return end()
        }
        let text = ''
        if (value.of !== of) {
          text = `${of === null ? '{' : '\n  ],'}\n  ${JSON.stringify(value.of)}: [`
          of = value.of
          isFirst = true
        }
        for (const row of value.rows) {
          text += `${isFirst ? '' : ','}\n    ${JSON.stringify(row)}`
          isFirst = false
        }
        controller.enqueue(encoder.encode(text))
      } catch (error) {
        end()
        controller.error(error)
      }
    },
    async cancel() {
      end()
      await parts.return(undefined)
    },
  })
}
