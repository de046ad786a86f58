import { expect, test } from 'vitest'
import { listMissing, summariseNpmErrors } from './nodeModules.mjs'

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
