import { expect, test } from 'vitest'
import { deviceOf } from './deviceOf.ts'

test('a session is recognised by its browser and system', () => {
  expect(
    deviceOf(
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0',
    ),
  ).toBe('Edge, Windows')
  expect(
    deviceOf('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1'),
  ).toBe('Safari, iOS')
})

test('a program that says nothing known has no name', () => {
  expect(deviceOf('curl/8.1')).toBeNull()
})
