import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** A checkout that needs nothing but a set-up of no steps, and a script that stays. */
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'run-'))
  mkdirSync(path.join(folder, 'deploy/setup'), { recursive: true })
  mkdirSync(path.join(folder, 'node_modules'))
  for (const file of ['run.mjs', 'setup/nodeModules.mjs', 'setup/snapshot.mjs']) {
    copyFileSync(path.join(import.meta.dirname, '..', file), path.join(folder, 'deploy', file))
  }
  for (const file of ['package.json', 'package-lock.json', 'node_modules/.package-lock.json']) {
    writeFileSync(path.join(folder, file), '{"packages":{}}')
  }
  writeFileSync(path.join(folder, 'deploy/setup/setup.ts'), '')
  writeFileSync(path.join(folder, 'stay.ts'), "console.log('here')\nsetInterval(() => undefined, 1000)\n")
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (...args: string[]) =>
  spawn(process.execPath, ['deploy/run.mjs', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })

test('a set-up does not wait for what an earlier one has started', async () => {
  const platform = run('stay.ts')
  try {
    await once(platform.stdout, 'data')
    const second = run()
    const [said] = await Promise.all([text(second.stderr), once(second, 'exit')])
    expect(said).toBe('Set-up is complete.\n')
    expect(second.exitCode).toBe(0)
  } finally {
    platform.kill()
    await once(platform, 'exit')
  }
}, 20_000)
