import { readFile } from 'node:fs/promises'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { describe, expect, it } from 'vitest'
import { createPasswordHashing } from './passwordHashing.ts'

describe('hashing of passwords', () => {
  it('makes and reads the hashes of the authentication library', async () => {
    const { hash, verify } = createPasswordHashing()
    const password = 'Một mật khẩu dài ①'
    expect(await verifyPassword({ hash: await hash(password), password })).toBe(true)
    const theirs = await hashPassword(password)
    expect(await verify({ hash: theirs, password })).toBe(true)
    expect(await verify({ hash: theirs, password: `${password}!` })).toBe(false)
    await expect(verify({ hash: 'nonsense', password })).rejects.toThrow('is none')
  })

  it('says that it is busy instead of letting everybody wait, and takes no thread that files are read by', async () => {
    const { hash } = createPasswordHashing()
    let done = 0
    const asked = Array.from({ length: 150 }, () => hash('một mật khẩu dài').finally(() => done++))
    const settled = Promise.allSettled(asked)
    await expect(asked.at(-1)).rejects.toMatchObject({ code: 'busy' })
    const refused = done
    await Promise.all(Array.from({ length: 8 }, () => readFile(import.meta.filename)))
    expect(refused).toBeGreaterThan(90)
    const results = await settled
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(48)
  }, 30_000)
})
