import { expect, test } from 'vitest'
import {
  findProgram,
  formatInstallCommand,
  listMissingPackages,
  parseAptStatus,
  testPackages,
  workerBuildPackages,
} from './systemPackages.ts'

test('a package is missing when its program or header is, and is named once', () => {
  const packages = [
    { name: 'surely-absent', program: 'no-such-program-1' },
    { name: 'surely-absent', program: 'no-such-program-2' },
    { name: 'libabsent-dev', header: 'no/such/header.h' },
    { name: 'dash', program: 'sh' },
  ]
  expect(listMissingPackages(packages)).toEqual(['libabsent-dev', 'surely-absent'])
})

test('a program is found on the path given before the system’s', () => {
  expect(findProgram('sh', '')).toMatch(/^\/.*\/sh$/)
  expect(findProgram('no-such-program', '/nowhere:relative')).toBeUndefined()
})

test('the command to type names every package', () => {
  const names = [...workerBuildPackages, ...testPackages].map((wanted) => wanted.name)
  for (const name of names) expect(formatInstallCommand(names)).toContain(name)
  expect(formatInstallCommand(['cmake', 'g++'])).toBe(
    'sudo apt-get update && sudo apt-get install -y --no-install-recommends cmake g++',
  )
})

test('apt’s status lines become a percentage, other lines nothing', () => {
  expect(parseAptStatus('dlstatus:1:8.9:Retrieving file 1 of 3')).toBe('downloading 8 %')
  expect(parseAptStatus('pmstatus:cmake:41.2857:Unpacking cmake (amd64)')).toBe('installing 41 %')
  expect(parseAptStatus('pmerror:cmake:41:broken')).toBeUndefined()
  expect(parseAptStatus('Reading package lists...')).toBeUndefined()
})
