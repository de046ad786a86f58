import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { installNodeModules, isInstalled, listMissing, summariseNpmErrors } from './nodeModules.mjs'

const machine = { platform: 'linux', arch: 'x64' }
const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/dev': { version: '2.0.0', dev: true },
    'node_modules/optional': { version: '3.0.0', optional: true },
    'node_modules/mac': { version: '4.0.0', os: ['darwin'] },
  },
}
const installed = (packages: Record<string, { version: string }>) => ({ packages })

test('an installation is complete without optional packages and those of other machines', () => {
  const packages = installed({
    'node_modules/a': { version: '1.0.0' },
    'node_modules/dev': { version: '2.0.0' },
  })
  expect(listMissing(lock, packages, { withDev: true, machine })).toEqual([])
})

test('a package that is absent or of another version is missing', () => {
  const packages = installed({ 'node_modules/a': { version: '1.0.1' } })
  expect(listMissing(lock, packages, { withDev: true, machine })).toEqual([
    'node_modules/a',
    'node_modules/dev',
  ])
  expect(listMissing(lock, installed({}), { withDev: false, machine })).toEqual(['node_modules/a'])
})

test('an optional package of another version is missing, so that an upgrade is seen', () => {
  const packages = installed({
    'node_modules/a': { version: '1.0.0' },
    'node_modules/optional': { version: '2.9.0' },
  })
  expect(listMissing(lock, packages, { withDev: false, machine })).toEqual(['node_modules/optional'])
})

test('of npm’s complaint only what is wrong is shown', () => {
  const output = `npm warn EBADENGINE x
npm error code EUSAGE
npm error
npm error Missing: left-pad@1 from lock file
npm error     at ClientRequest.<anonymous> (index.js:130:14)
npm error }
npm error Clean install a project
npm error Usage:
npm error npm ci`
  expect(summariseNpmErrors(output)).toBe(
    'npm error code EUSAGE\nnpm error Missing: left-pad@1 from lock file',
  )
  expect(summariseNpmErrors('spawn npm ENOENT')).toBe('spawn npm ENOENT')
})

describe('an installation', () => {
  let repo: string
  beforeEach(() => {
    repo = mkdtempSync(path.join(tmpdir(), 'node-modules-'))
    mkdirSync(path.join(repo, 'node_modules'))
    writeFileSync(path.join(repo, 'package.json'), '{}')
    writeFileSync(path.join(repo, 'package-lock.json'), '{}')
    // in npm's place: notes what it is asked for
    writeFileSync(
      path.join(repo, 'npm-cli.js'),
      `require('node:fs').writeFileSync('asked', process.argv.slice(2).join(' '))`,
    )
    vi.stubEnv('npm_execpath', path.join(repo, 'npm-cli.js'))
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(repo, { recursive: true })
  })
  const install = async (withDev: boolean): Promise<string> => {
    const lockFd = openSync(path.join(repo, 'lock'), 'a')
    try {
      const quiet = () => undefined
      expect(await installNodeModules(repo, { lockFd, withDev, report: quiet, track: quiet })).toBeUndefined()
      return readFileSync(path.join(repo, 'asked'), 'utf8')
    } finally {
      closeSync(lockFd)
    }
  }

  test('to run leaves out what only the tests need, and says so to who wants to test', async () => {
    expect(await install(false)).toContain('--omit=dev')
    expect([isInstalled(repo, false), isInstalled(repo, true)]).toEqual([true, false])
    expect(await install(true)).toContain('--include=dev')
    expect([isInstalled(repo, false), isInstalled(repo, true)]).toEqual([true, true])
  })

  test('keeps the tests’ tools where they were', async () => {
    await install(true)
    writeFileSync(path.join(repo, 'package-lock.json'), '{"version":"2"}')
    expect(isInstalled(repo, false)).toBe(false)
    expect(await install(false)).toContain('--include=dev')
    expect(isInstalled(repo, true)).toBe(true)
  })
})
