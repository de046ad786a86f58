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
   * As JSON: one list a kind of data. Of oneself, or for an administrator of everybody: it tells of meetings and messages
   * of all units. It is in the audit log; one at a time for each. @throws AppError not_found, forbidden; busy
   */
  export(viewer: Viewer, userId: string): Promise<{ fileName: string; body: ReadableStream<Uint8Array> }>
}

const atOnce = 3
/** Whoever reads on for so long holds a place of others. */
const longestMs = 10 * 60_000

/** Makes `PersonalExport` on a database. */
export function createPersonalExport(options: { database: Database; now?: () => number }): PersonalExport {
  const { database } = options
  const now = options.now ?? Date.now
  const running = new Set<string>()
  return {
    async export(viewer, input) {
      const actorId = guardAccount(viewer)
      const userId = parseInput(idText, input)
      if (userId !== actorId) {
        await demandForPerson(database.prisma, viewer, 'person:change', userId)
        if (!viewer.account?.isSystemAdmin)
          throw new AppError('forbidden', 'of other people, by administrators')
      }
      if (running.size >= atOnce || running.has(actorId)) throw new AppError('busy')
      running.add(actorId)
      try {
        await database.audit.record({ actorId, action: 'person.exported', subject: userId }, now())
      } catch (error) {
        running.delete(actorId)
        throw error
      }
      const body = streamed(personalData(database, userId), () => running.delete(actorId))
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
    clearTimeout(timer)
    if (!isOver) onEnd()
    isOver = true
  }
  const timer = setTimeout(() => {
    end()
    void parts.return(undefined)
  }, longestMs)
  timer.unref()
  return new ReadableStream({
    async pull(controller) {
      try {
        if (isOver) return controller.error(new AppError('timeout'))
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
