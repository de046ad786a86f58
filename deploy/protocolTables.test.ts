import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { errorCodes } from '#contract/errors.ts'
import { pushes } from '#contract/pushes.ts'
import { requestSchemas } from '#contract/requests.ts'
import { withProtocolTables } from './protocolTables.ts'

const text = readFileSync(join(import.meta.dirname, '../signalling/README.md'), 'utf8')

it('signalling/README.md has the protocol of today (node deploy/protocolTables.ts)', () => {
  expect(withProtocolTables(text)).toBe(text)
})

it('names every request, push and error', () => {
  for (const name of [...Object.keys(requestSchemas), ...Object.keys(pushes), ...errorCodes])
    expect(text).toContain(`| \`${name}\` |`)
  expect(text).toContain('| `chat:post` | `{ message: message }` |')
  expect(text).toContain('| `spoke` | `{ participantId: id, fromMs: number, toMs: number }` | nobody | yes |')
})

it('is not written for a text without a place for the tables', () => {
  expect(() => withProtocolTables('# Nothing')).toThrow('no place for the words')
})
