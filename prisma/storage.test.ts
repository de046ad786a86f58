import { createServer } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { openDatabase } from './client.ts'
import { translatingErrors } from './storage.ts'
import { startTestDatabase } from './testing/testDatabase.ts'

test('a database that refuses is unavailable, by every way of asking it', async () => {
  const database = await openDatabase('postgresql://nobody@127.0.0.1:1/none')
  const ways = [
    database.ping(),
    database.prisma.unit.findMany(),
    database.prisma.$queryRaw`SELECT 1`,
    database.transact((tx) => tx.unit.count()),
    translatingErrors(() => database.pool.query('SELECT 1')),
  ]
  for (const way of await Promise.allSettled(ways)) {
    expect(way).toMatchObject({ status: 'rejected', reason: { code: 'storage_unavailable' } })
  }
  await database.close()
})

test('a database that accepts and says nothing is given up after a while', async () => {
  const server = createServer((socket) => socket.on('error', () => socket.destroy())).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const database = await openDatabase(`postgresql://nobody@127.0.0.1:${port}/none`)
  await expect(database.ping()).rejects.toMatchObject({ code: 'storage_unavailable' })
  await database.close()
  server.close()
})

test('a connection that the server ends is replaced by the next', async () => {
  const { database, drop } = await startTestDatabase()
  await database.ping()
  await expect(
    translatingErrors(() => database.pool.query('SELECT pg_terminate_backend(pg_backend_pid())')),
  ).rejects.toMatchObject({ code: 'storage_unavailable' })
  await database.ping()
  await drop()
})

test('other errors stay what they are', async () => {
  const { database, drop } = await startTestDatabase()
  await expect(database.pool.query('SELECT nonsense')).rejects.toThrow('nonsense')
  await expect(database.prisma.$queryRawUnsafe('SELECT nonsense')).rejects.not.toHaveProperty(
    'code',
    'storage_unavailable',
  )
  const boom = new Error('boom')
  await expect(translatingErrors(() => Promise.reject(boom))).rejects.toBe(boom)
  await drop()
})
