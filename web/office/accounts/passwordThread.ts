import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import { parentPort } from 'node:worker_threads'

// The thread of `passwordHashing.ts`, its only caller. The hashes are those of the authentication library: scrypt with
// N=16384, r=16, p=1, as `salt:key` in hexadecimal, where the salt is used as it is written.

const cost = { N: 16384, r: 16, p: 1, maxmem: 128 * 16384 * 16 * 2 }

export type PasswordJob = { id: number; password: string; hash: string | null }
export type PasswordResult = { id: number; result: string | boolean | null }

parentPort?.on('message', ({ id, password, hash }: PasswordJob) => {
  const answer: PasswordResult = { id, result: hash === null ? hashed(password) : isOf(password, hash) }
  parentPort?.postMessage(answer)
})

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
