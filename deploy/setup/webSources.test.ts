import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isWebSource, listImportedFiles, readSpecifiers, resolveSpecifier } from './webSources.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'web-sources-'))
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true })
    writeFileSync(path.join(dir, file), text)
  }
  write('package.json', '{"imports":{"#rules/*":"./rules/*","#web/*":"./web/src/lib/*"}}')
  write(
    'web/src/Page.svelte',
    `<script>import { a } from '#rules/a.ts'; import '#web/own.ts'; import 'svelte'</script>`,
  )
  write('web/src/lib/own.ts', `const later = () => import("#rules/later.ts")`)
  write('web/src/lib/own.test.ts', `import { t } from '#rules/onlyTested.ts'`)
  write('web/build/index.js', `import '#rules/onlyBuilt.ts'`)
  write('rules/a.ts', `export * from './deep/b.ts'\nimport type { C } from '../other/c.ts'`)
  write('rules/deep/b.ts', `import { a } from '../a.ts'`)
  for (const name of ['rules/later.ts', 'rules/onlyTested.ts', 'rules/onlyBuilt.ts', 'other/c.ts'])
    write(name, '')
})
afterEach(() => rmSync(dir, { recursive: true }))

test('the pages depend on what they import from outside, through each other and later, not on what tests import', () => {
  expect(listImportedFiles(dir)).toEqual(['other/c.ts', 'rules/a.ts', 'rules/deep/b.ts', 'rules/later.ts'])
})

test('static, dynamic and bare imports and re-exports are read', () => {
  const source = `import a, { b } from 'a'\nimport "b"\nexport { c } from './c.ts'\nawait import( '#d/e.ts' )`
  expect(readSpecifiers(source)).toEqual(['a', 'b', './c.ts', '#d/e.ts'])
})

test('a specifier is resolved from its importer, by the imports map, or is a package', () => {
  const imports = { '#rules/*': './rules/*' }
  expect(resolveSpecifier('../x.ts', 'web/src/a.ts', imports)).toBe('web/x.ts')
  expect(resolveSpecifier('#rules/deep/b.ts', 'web/a.ts', imports)).toBe('rules/deep/b.ts')
  expect(resolveSpecifier('svelte/store', 'web/a.ts', imports)).toBeUndefined()
})

test('what is built, and unit tests, do not make the pages stale', () => {
  expect(isWebSource('web/src/routes/build')).toBe(true)
  expect(isWebSource('web/build')).toBe(false)
  expect(isWebSource('web/.svelte-kit')).toBe(false)
  expect(isWebSource('web/src/lib/a.test.ts')).toBe(false)
})
