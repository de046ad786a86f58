import { readFileSync } from 'node:fs'
import { globSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const aliases: Record<string, string> = {
  '#contract/': 'signalling/contract/',
  '#signalling/': 'signalling/',
  '#sfu/': 'sfu/',
  '#recorder/': 'recorder/',
  '#db/': 'prisma/',
  '#office/': 'web/office/',
  '#web/': 'web/src/lib/',
  '#deploy/': 'deploy/',
}

interface Import {
  file: string
  /** A path from the root for our own files, a package name for others. */
  target: string
  isOurs: boolean
  isTypeOnly: boolean
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found = text.matchAll(
    /(?:^|[\s;>])(?:import|export)\s+(type\s+)?(?:[\w*${}\s,]+?\s+from\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g,
  )
  return [...found].map((match) => {
    const specifier = match[2] ?? match[3] ?? ''
    const alias = Object.keys(aliases).find((a) => specifier.startsWith(a))
    const target = alias
      ? normalize(`${aliases[alias]}${specifier.slice(alias.length)}`)
      : specifier.startsWith('.')
        ? normalize(join(dirname(file), specifier))
        : specifier
    return {
      file,
      target,
      isOurs: alias !== undefined || specifier.startsWith('.'),
      isTypeOnly: match[1] !== undefined,
    }
  })
}

const files = globSync('{signalling,sfu,recorder,prisma,deploy,web/office,web/src}/**/*.{ts,svelte,mjs}', {
  cwd: root,
}).filter((f) => !/(^|\/)(generated|\.svelte-kit|build)\//.test(f))
const isTest = (file: string) => /\.(test|conformance)\.ts$|\/(test[A-Z]\w*|testing\/.*)\.ts$/.test(file)
const imports = files.filter((f) => !isTest(f)).flatMap(importsOf)
const ours = imports.filter((i) => i.isOurs)
const broken = (wrong: (i: Import) => boolean, among = ours) =>
  among.filter(wrong).map((i) => `${i.file} → ${i.target}`)

const isIn = (path: string, ...folders: string[]) => folders.some((f) => path.startsWith(`${f}/`))

describe('who may import whom', () => {
  it('finds the code that it judges', () => {
    expect(files.length).toBeGreaterThan(20)
    expect(ours.some((i) => i.target === 'signalling/contract/errors.ts')).toBe(true)
  })

  it('the contract imports only itself and the schema library', () => {
    const contract = imports.filter((i) => isIn(i.file, 'signalling/contract'))
    expect(
      broken((i) => (i.isOurs ? !isIn(i.target, 'signalling/contract') : i.target !== 'zod'), contract),
    ).toEqual([])
  })

  it('nothing imports deploy but deploy', () => {
    expect(broken((i) => isIn(i.target, 'deploy') && !isIn(i.file, 'deploy'))).toEqual([])
  })

  it('signalling knows the engine by its port alone', () => {
    expect(
      broken((i) => isIn(i.file, 'signalling') && isIn(i.target, 'sfu') && i.target !== 'sfu/engine.ts'),
    ).toEqual([])
  })

  it('the sfu imports nothing but the contract', () => {
    expect(broken((i) => isIn(i.file, 'sfu') && !isIn(i.target, 'sfu', 'signalling/contract'))).toEqual([])
  })

  it('the recorder imports the contract and the database, and knows no engine', () => {
    const may = (t: string) => isIn(t, 'recorder', 'prisma', 'signalling/contract')
    expect(broken((i) => isIn(i.file, 'recorder') && !may(i.target))).toEqual([])
  })

  it('the database code imports nothing but the contract', () => {
    expect(broken((i) => isIn(i.file, 'prisma') && !isIn(i.target, 'prisma', 'signalling/contract'))).toEqual(
      [],
    )
  })

  it('the office imports the contract, the database and the recordings in storage, never a page', () => {
    const may = (t: string) =>
      isIn(t, 'web/office', 'prisma', 'signalling/contract') || t === 'recorder/storage.ts'
    expect(broken((i) => isIn(i.file, 'web/office') && !may(i.target))).toEqual([])
  })

  it('the primitives of the pages know no page, no call and no rule', () => {
    const may = (t: string) =>
      isIn(t, 'web/src/lib/ui', 'web/src/lib/text') ||
      ['web/src/lib/refusal.ts', 'signalling/contract/errors.ts', 'signalling/contract/limits.ts'].includes(t)
    expect(broken((i) => isIn(i.file, 'web/src/lib/ui') && !may(i.target))).toEqual([])
  })

  it('the call and the office do not carry each other', () => {
    expect(
      broken(
        (i) =>
          (isIn(i.file, 'web/src/lib/call') && isIn(i.target, 'web/src/lib/pages')) ||
          (isIn(i.file, 'web/src/lib/pages', 'web/src/lib/shell') && isIn(i.target, 'web/src/lib/call')),
      ),
    ).toEqual([])
  })

  it('pages reach the database and the recorder only through the office', () => {
    expect(broken((i) => isIn(i.file, 'web/src') && isIn(i.target, 'prisma', 'recorder'))).toEqual([])
  })

  it('pages take only types from the office: what it does they ask of services()', () => {
    expect(broken((i) => isIn(i.file, 'web/src') && isIn(i.target, 'web/office') && !i.isTypeOnly)).toEqual(
      [],
    )
  })

  it('pages take from signalling only the contract and the client, and from the sfu only types', () => {
    expect(
      broken(
        (i) =>
          isIn(i.file, 'web') &&
          ((isIn(i.target, 'signalling') &&
            !isIn(i.target, 'signalling/contract') &&
            i.target !== 'signalling/client.ts') ||
            (isIn(i.target, 'sfu') && !(i.isTypeOnly && i.target === 'sfu/mediasoup/negotiation.ts'))),
      ),
    ).toEqual([])
  })
})

describe('vendors have homes', () => {
  const packages = imports.filter((i) => !i.isOurs)
  const only = (pattern: RegExp, ...homes: RegExp[]) =>
    broken((i) => pattern.test(i.target) && !homes.some((h) => h.test(i.file)), packages)

  it.each([
    ['mediasoup', /^mediasoup($|\/)/, [/^sfu\/mediasoup\//, /^deploy\/(setup|bench)\//]],
    ['livekit-server-sdk', /^livekit-server-sdk/, [/^sfu\/livekit\//]],
    [
      'mediasoup-client',
      /^mediasoup-client/,
      [/^web\/src\/lib\/call\/media\/mediasoupClient\.ts$/, /^deploy\/bench\//],
    ],
    ['socket.io', /^socket\.io$/, [/^signalling\/(gateway|socketPage)\.ts$/]],
    ['socket.io-client', /^socket\.io-client/, [/^signalling\/client\.ts$/]],
    ['better-auth', /^better-auth/, [/^web\/office\/accounts\//]],
    ['prisma', /^@prisma\//, [/^prisma\//]],
    ['pg-boss', /^pg-boss/, [/^prisma\/jobs\.ts$/]],
    ['redis', /^redis$/, [/^deploy\//]],
    ['docx and pdfmake', /^(docx|pdfmake)/, [/^web\/office\/documents\//]],
  ])('%s', (_name, pattern, homes) => {
    expect(only(pattern, ...homes)).toEqual([])
  })

  it('generated database types stay in prisma/', () => {
    expect(broken((i) => isIn(i.target, 'prisma/generated') && !isIn(i.file, 'prisma'))).toEqual([])
  })

  it('only the configuration reads the environment', () => {
    const readers = files.filter(
      (f) => !isTest(f) && !isIn(f, 'deploy') && readFileSync(join(root, f), 'utf8').includes('process.env'),
    )
    expect(readers).toEqual([])
  })
})
