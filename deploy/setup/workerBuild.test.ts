import { expect, test } from 'vitest'
import { formatPercent } from './progress.ts'
import { parseNinjaStatus } from './workerBuild.ts'

test('ninja’s status is the progress of the build', () => {
  expect(parseNinjaStatus('[41/259] Building CXX object a.o')).toEqual({ part: 41, whole: 259 })
  expect(parseNinjaStatus('a.cpp:[1/2] warning')).toBeUndefined()
  expect(formatPercent(41, 259)).toBe('15 %')
  expect(formatPercent(0, 0)).toBe('0 %')
})
