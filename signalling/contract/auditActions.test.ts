import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { auditActions, auditGroupOf } from './auditActions.ts'

const root = join(import.meta.dirname, '../..')

it('names whatever the sources put into the audit log, each in a group', () => {
  const files = globSync(['web/office/**/*.ts', 'signalling/**/*.ts', 'prisma/*.ts'], { cwd: root }).filter(
    (file) => !file.includes('.test.') && !file.includes('testing/'),
  )
  const found = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/action: '(\w+\.\w+)'/g)].map((match) => match[1]),
  )
  expect(found.length).toBeGreaterThan(20)
  expect([...new Set(found)].filter((action) => !Object.hasOwn(auditActions, action ?? ''))).toEqual([])
  expect(Object.keys(auditActions).filter((action) => auditGroupOf(action) === null)).toEqual([])
})
