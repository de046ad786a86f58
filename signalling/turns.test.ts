import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

test('work of one key goes one at a time in order, also after a failure; other keys do not wait', async () => {
  const turns = new Turns<string>()
  const log: string[] = []
  const first = Promise.withResolvers<void>()
  const a = turns.run('a', async () => {
    await first.promise
    log.push('a1')
    throw new Error('failed')
  })
  const b = turns.run('a', async () => log.push('a2'))
  await turns.run('b', async () => log.push('b1'))
  expect(log).toEqual(['b1'])
  first.resolve()
  await expect(a).rejects.toThrow('failed')
  await b
  expect(log).toEqual(['b1', 'a1', 'a2'])
})
