import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { assertNever } from '#contract/errors.ts'
import { PasswordJudge, type PasswordVerdict } from './passwordJudge.ts'

// The thread of `passwordHashing.ts`, its only caller. The hashes are those of the authentication library: scrypt with
// N=16384, r=16, p=1, as `salt:key` in hexadecimal, where the salt is used as it is written.

const cost = { N: 16384, r: 16, p: 1, maxmem: 128 * 16384 * 16 * 2 }

/** What is asked: to hash it, to check it against a hash, to judge it by what is known of its holder. */
export type PasswordTask =
  { is: 'hash' } | { is: 'verify'; hash: string } | { is: 'judge'; known: readonly string[] }
export type PasswordJob = PasswordTask & { id: number; password: string }
export type PasswordResult = { id: number; result: string | boolean | PasswordVerdict | null }

/** Made when the first password is judged. */
let judge: PasswordJudge | null = null

parentPort?.on('message', (job: PasswordJob) => {
  const answer: PasswordResult = { id: job.id, result: resultOf(job) }
  parentPort?.postMessage(answer)
})

function resultOf(job: PasswordJob): PasswordResult['result'] {
  switch (job.is) {
    case 'hash':
      return hashed(job.password)
    case 'verify':
      return isOf(job.password, job.hash)
    case 'judge':
      return (judge ??= new PasswordJudge()).judge(job.password, job.known)
    default:
      return assertNever(job)
  }
}

function hashed(password: string): string {
  const salt = randomBytes(16).toString('hex')
  return `${salt}:${keyOf(password, salt).toString('hex')}`
}

/** Null for a hash that is none. */
function isOf(password: string, hash: string): boolean | null {
  const [salt, key = ''] = hash.split(':')
  const kept = Buffer.from(key, 'hex')
  return salt && kept.length === 64 ? timingSafeEqual(keyOf(password, salt), kept) : null
}

function keyOf(password: string, salt: string): Buffer {
  return scryptSync(password.normalize('NFKC'), salt, 64, cost)
}
