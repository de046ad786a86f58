import { globSync, readFileSync } from 'node:fs'
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

const files = globSync('{signalling,sfu,recorder,prisma,deploy,web}/**/*.{ts,svelte,mjs}', {
  cwd: root,
}).filter((f) => !/(^|\/)(generated|\.svelte-kit|build|node_modules)\//.test(f))
const isTest = (file: string) => /\.(test|conformance|e2e)\.ts$|\/testing\//.test(file)
const all = files.flatMap(importsOf)
const imports = all.filter((i) => !isTest(i.file))
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

  it('what runs in deploy takes nothing from its tests, benchmarks and demonstration', () => {
    const tools = ['deploy/testing', 'deploy/tests', 'deploy/bench', 'deploy/demo'] as const
    const isRun = (file: string) =>
      isIn(file, 'deploy') && !isIn(file, ...tools) && file !== 'deploy/testAll.ts'
    expect(broken((i) => isRun(i.file) && (isIn(i.target, ...tools) || isTest(i.target)))).toEqual([])
  })

  it('the set-up runs before anything is there, and takes nothing but itself', () => {
    const setUp = imports.filter((i) => isIn(i.file, 'deploy/setup') || i.file === 'deploy/run.mjs')
    const may = (i: Import) =>
      i.isOurs ? isIn(i.target, 'deploy/setup') : /^(node:|mediasoup$|svelte\/)/.test(i.target)
    expect(broken((i) => !may(i), setUp)).toEqual([])
  })

  it('a bus knows the contract and its own folder, and what builds and mounts the pages nothing of ours', () => {
    const may = (t: string) => isIn(t, 'deploy/bus', 'signalling/contract')
    expect(broken((i) => isIn(i.file, 'deploy/bus') && !may(i.target))).toEqual([])
    const isOfBuild = (file: string) => /^web\/[^/]+\.ts$/.test(file)
    expect(broken((i) => isOfBuild(i.file) && !isOfBuild(i.target))).toEqual([])
  })

  it('servers take from the sources of the pages only what people chose', () => {
    const servers = [
      'signalling',
      'sfu',
      'recorder',
      'prisma',
      'web/office',
      'deploy/pages',
      'deploy/bus',
    ] as const
    const may = (t: string) => t === 'web/src/lib/preferences.ts'
    expect(broken((i) => isIn(i.file, ...servers) && isIn(i.target, 'web/src') && !may(i.target))).toEqual([])
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

describe('no two files import each other, by whatever way round', () => {
  // Types count too: files that need each other's types can only be understood, and changed, together.
  it('anywhere, tests and tools included', () => {
    expect(circles(all.filter((i) => i.isOurs && i.file !== i.target))).toEqual([]) // a component may hold itself
  })

  it('and the search finds one', () => {
    const link = (file: string, target: string): Import => ({ file, target, isOurs: true, isTypeOnly: true })
    expect(circles([link('a', 'b'), link('b', 'c'), link('c', 'd'), link('d', 'b')])).toEqual([
      ['b', 'c', 'd'],
    ])
  })
})

/** Files that reach themselves (Tarjan's strongly connected components), each circle sorted. */
function circles(links: readonly Import[]): string[][] {
  const targets = new Map<string, string[]>()
  for (const { file, target } of links) targets.set(file, [...(targets.get(file) ?? []), target])
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const path: string[] = []
  const found: string[][] = []
  const visit = (file: string): number => {
    const place = order.size
    order.set(file, place)
    let low = place
    path.push(file)
    for (const target of targets.get(file) ?? []) {
      if (!order.has(target)) low = Math.min(low, visit(target))
      else if (path.includes(target)) low = Math.min(low, lowest.get(target) ?? order.get(target) ?? low)
    }
    lowest.set(file, low)
    if (low === place) {
      const circle = path.splice(path.indexOf(file))
      if (circle.length > 1) found.push(circle.toSorted())
    }
    return low
  }
  for (const file of targets.keys()) if (!order.has(file)) visit(file)
  return found
}

describe('vendors have homes', () => {
  const packages = imports.filter((i) => !i.isOurs)
  /** Every package of package.json that is imported, by where it may be. Tools of tests live in tests. */
  const homes: Record<string, readonly RegExp[]> = {
    mediasoup: [/^sfu\/mediasoup\//, /^deploy\/(setup|bench)\//],
    'livekit-server-sdk': [/^sfu\/livekit\//],
    'mediasoup-client': [/^web\/src\/lib\/call\/media\/mediasoup\//],
    '@mediapipe/selfie_segmentation': [/^web\/src\/lib\/call\/media\/effects\/blur\.ts$/],
    '@sapphi-red/web-noise-suppressor': [/^web\/src\/lib\/call\/media\/effects\/quiet\.ts$/],
    'socket.io': [/^signalling\/(gateway|socketPage)\.ts$/],
    'socket.io-client': [/^signalling\/client\.ts$/],
    'better-auth': [/^web\/office\/accounts\//],
    'rate-limiter-flexible': [/^web\/office\/accounts\//],
    '@simplewebauthn/server': [/^web\/office\/accounts\/passkeys\.ts$/],
    '@simplewebauthn/browser': [/^web\/src\/lib\/passkeys\/passkeys\.ts$/],
    uqr: [/^web\/office\/accounts\//],
    '@zxcvbn-ts/core': [/^web\/office\/accounts\/passwordJudge\.ts$/],
    '@zxcvbn-ts/language-common': [/^web\/office\/accounts\/passwordJudge\.ts$/],
    '@prisma/client': [/^prisma\//],
    '@prisma/adapter-pg': [/^prisma\//],
    '@prisma/driver-adapter-utils': [/^prisma\/migration\.ts$/],
    prisma: [],
    pg: [/^prisma\//],
    'pg-boss': [/^prisma\/jobs\.ts$/],
    redis: [/^deploy\/bus\/redisBus\.ts$/],
    pino: [/^deploy\/log\.ts$/],
    'prom-client': [/^(signalling|sfu|recorder|prisma|deploy)\//],
    docx: [/^web\/office\/documents\/docx\.ts$/],
    pdfmake: [/^web\/office\/documents\/pdf\.ts$/],
    'write-excel-file': [/^web\/office\/documents\/workbook\.ts$/],
    fflate: [/^web\/office\/(documents|attendance)\//, /^deploy\/demo\//],
    mediabunny: [/^recorder\/composition\//],
    zod: [/./],
    svelte: [/^web\/src\//, /^deploy\/setup\/webSources\.ts$/],
    '@lucide/svelte': [/^web\/src\//],
    '@sveltejs/kit': [/^web\/src\/(routes\/|lib\/server\/|hooks\.)/, /^web\/vite\.config\.ts$/],
    '@sveltejs/adapter-node': [/^web\/vite\.config\.ts$/],
    '@sveltejs/vite-plugin-svelte': [],
    vite: [/^web\/(vite\.config|leftOut|lastingImports)\.ts$/],
    'playwright-core': [/^deploy\/(testing|tests|bench|demo)\//],
    'node-datachannel': [/^deploy\/bench\//],
    vitest: [/^deploy\/tests\/vitest\.config\.ts$/],
  }
  const nameOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  const isPackage = ({ target }: Import) => !/^(node:|\$|#)/.test(target)

  it.each(Object.entries(homes))('%s', (name, at) => {
    const wrong = (i: Import) => nameOf(i.target) === name && !at.some((home) => home.test(i.file))
    expect(broken(wrong, packages)).toEqual([])
  })

  it('and whatever else is imported has none yet', () => {
    const homeless = packages.filter((i) => isPackage(i) && !(nameOf(i.target) in homes))
    expect(homeless.map((i) => `${i.file} → ${i.target}`)).toEqual([])
  })

  it('generated database types stay in prisma/', () => {
    expect(broken((i) => isIn(i.target, 'prisma/generated') && !isIn(i.file, 'prisma'))).toEqual([])
  })

  it('only the configuration reads the environment', () => {
    // What starts, sets up and tests hands its environment on; the pages' adapter knows no other way to be told.
    const may = (f: string) =>
      isTest(f) ||
      isIn(f, 'deploy/setup', 'deploy/demo') ||
      [
        'deploy/start.ts',
        'deploy/verifyAudit.ts',
        'deploy/prepareDatabase.ts',
        'deploy/backup.ts',
        'deploy/restore.ts',
        'deploy/run.mjs',
        'deploy/testAll.ts',
        'web/pages.ts',
      ].includes(f)
    const reads = (f: string) => readFileSync(join(root, f), 'utf8').includes('process.env')
    expect(files.filter((f) => !may(f) && reads(f))).toEqual([])
  })
})

describe('the log', () => {
  it('names events as the calls do: a noun and what became of it, in one style', () => {
    const call = /(?:[lL]og(?:ger)?\??\.(?:debug|info|warn|error)|detach)\(\s*(?:[\w.#]+,\s*)?'([^'\n]*)'/g
    const named = files
      .filter((f) => !isTest(f))
      .flatMap((f) =>
        [...readFileSync(join(root, f), 'utf8').matchAll(call)].map((match) => `${f}: ${match[1]}`),
      )
    expect(named.length).toBeGreaterThan(100)
    expect(named.filter((name) => !/: [a-z]+([A-Z][a-z]+)+$/.test(name))).toEqual([])
  })
})
