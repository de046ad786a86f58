import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openRunFolder } from './runFolder.ts'

let dataDir: string
const servers: Server[] = []
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'diem-cau-run-'))))
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
  rmSync(dataDir, { recursive: true, force: true })
})

/** A socket that somebody answers on. */
async function answer(path: string): Promise<void> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
}

it('is in the data folder, one a process, for its owner only, and gone after', async () => {
  const [one, other] = [await openRunFolder(dataDir), await openRunFolder(dataDir)]
  expect(dirname(one.bus)).not.toBe(dirname(other.bus))
  expect(one.bus.startsWith(join(dataDir, 'run'))).toBe(true)
  expect(statSync(dirname(one.bus)).mode & 0o777).toBe(0o700)
  await answer(one.bus)
  await answer(one.pages)
  await one.close()
  await one.close()
  expect([existsSync(dirname(one.bus)), existsSync(dirname(other.bus))]).toEqual([false, true])
})

it('is elsewhere when its path would be longer than a socket’s may be', async () => {
  const deep = join(dataDir, 'x'.repeat(60), 'ỹ'.repeat(20))
  mkdirSync(deep, { recursive: true })
  const folder = await openRunFolder(deep)
  for (const path of [folder.bus, folder.pages]) {
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(107)
    await answer(path)
  }
  expect(statSync(dirname(folder.bus)).mode & 0o777).toBe(0o700)
  await folder.close()
  expect(existsSync(dirname(folder.bus))).toBe(false)
})

it('of a process that was killed is removed by the next; of one that lives, of another machine or quite new it is not', async () => {
  const [dead, alive] = [await openRunFolder(dataDir), await openRunFolder(dataDir)]
  await answer(alive.pages)
  const foreign = join(dataDir, 'run', `not-${hostname()}-abcdef`)
  mkdirSync(foreign)
  const anHourAgo = Date.now() / 1000 - 3600
  for (const folder of [dirname(dead.bus), dirname(alive.bus), foreign])
    utimesSync(folder, anHourAgo, anHourAgo)
  const young = await openRunFolder(dataDir)
  await openRunFolder(dataDir)
  const there = [dead.bus, alive.bus, foreign, young.bus].map((path) =>
    existsSync(path === foreign ? path : dirname(path)),
  )
  expect(there).toEqual([false, true, true, true])
})
