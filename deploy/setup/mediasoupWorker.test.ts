import { expect, test } from 'vitest'
import { formatPrebuiltName } from './mediasoupWorker.ts'
import { formatPercent } from './progress.ts'
import { parseNinjaStatus } from './workerBuild.ts'

test('the official worker goes by the version, the machine and, on Linux, the kernel’s major version', () => {
  const linux = { platform: 'linux', arch: 'x64' }
  expect(formatPrebuiltName('3.27.1', linux, '6.1.0-42-amd64')).toBe(
    'mediasoup-worker-3.27.1-linux-x64-kernel6.tgz',
  )
  expect(formatPrebuiltName('3.27.1', { platform: 'darwin', arch: 'arm64' }, '24.5.0')).toBe(
    'mediasoup-worker-3.27.1-darwin-arm64.tgz',
  )
})

test('ninja’s status is the progress of the build', () => {
  expect(parseNinjaStatus('[41/259] Building CXX object a.o')).toEqual({ part: 41, whole: 259 })
  expect(parseNinjaStatus('a.cpp:[1/2] warning')).toBeUndefined()
  expect(formatPercent(41, 259)).toBe('15 %')
  expect(formatPercent(0, 0)).toBe('0 %')
})
