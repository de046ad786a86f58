import { Worker } from 'node:worker_threads'
import { AppError } from '#contract/errors.ts'
import type { PasswordVerdict } from './passwordJudge.ts'
import type { PasswordJob, PasswordResult, PasswordTask } from './passwordThread.ts'

/** That many may wait: some four seconds of work. Beyond them it is better to say so than to let everybody wait. */
const maxWaiting = 48

/** Hashes, checks and judges passwords. Each throws AppError `busy` when too many wait already. */
export interface PasswordHashing {
  hash(password: string): Promise<string>
  /** Whether the password is that of the hash. Throws Error for a hash that is none. */
  verify(data: { hash: string; password: string }): Promise<boolean>
  /** How soon it is guessed. @param known what is known of its holder */
  judge(password: string, known: readonly string[]): Promise<PasswordVerdict>
}

/**
 * Passwords are hashed one after the other in a thread of their own: each costs a core a while, by design, and in Node's
 * shared threads, where files and journals are written, a morning's sign-ins or somebody's guesses would hold those up.
 * The thread starts with the first password and keeps no process alive.
 */
export function createPasswordHashing(): PasswordHashing {
  const waiting = new Map<number, PromiseWithResolvers<PasswordResult['result']>>()
  let nextId = 0
  let thread: Worker | null = null

  function start(): Worker {
    const started = new Worker(new URL('./passwordThread.ts', import.meta.url))
    started.unref()
    started.on('message', ({ id, result }: PasswordResult) => {
      waiting.get(id)?.resolve(result)
      waiting.delete(id)
    })
    const end = (error: unknown) => {
      if (thread === started) thread = null // the next password starts another
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    }
    started.once('error', end)
    started.once('exit', (code) => end(new Error(`the password thread ended with code ${code}`)))
    return started
  }

  function ask(password: string, task: PasswordTask): Promise<PasswordResult['result']> {
    if (waiting.size >= maxWaiting) throw new AppError('busy', 'too many passwords wait to be checked')
    const id = nextId++
    const job: PasswordJob = { ...task, id, password }
    const asked = Promise.withResolvers<PasswordResult['result']>()
    waiting.set(id, asked)
    thread ??= start()
    thread.postMessage(job)
    return asked.promise
  }

  return {
    async hash(password) {
      const result = await ask(password, { is: 'hash' })
      if (typeof result !== 'string') throw new Error('the password thread made no hash')
      return result
    },
    async verify({ hash, password }) {
      const result = await ask(password, { is: 'verify', hash })
      if (typeof result !== 'boolean') throw new Error('a kept password hash is none')
      return result
    },
    async judge(password, known) {
      const result = await ask(password, { is: 'judge', known })
      if (typeof result !== 'object' || result === null)
        throw new Error('the password thread gave no verdict')
      return result
    },
  }
}
