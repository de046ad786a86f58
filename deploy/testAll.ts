import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { z } from 'zod'
import { runChecks } from './checks.ts'
import { startPostgres } from './testing/servers.ts'

const root = join(import.meta.dirname, '..')
const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
})

/** What failed, each with its first words of why: said once more at the end, where a reader of a long log looks first. */
const failures: string[] = []

function failuresOf({ testResults }: z.infer<typeof Report>): string[] {
  return testResults.flatMap((file) => {
    const path = relative(root, file.name)
    const tests = file.assertionResults.filter((test) => test.status === 'failed')
    if (tests.length === 0 && file.status === 'failed') return [`${path}\n${file.message}`]
    return tests.map((test) => `${path} > ${test.fullName}\n${test.failureMessages.join('\n')}`)
  })
}

/** One run of vitest; a file that cannot even be loaded counts as a failure. */
async function runTests(title: string, args: string[], env: Record<string, string> = {}) {
  console.log(`\n── ${title}`)
  const dir = mkdtempSync(join(tmpdir(), 'diem-cau-tests-'))
  const file = join(dir, 'report.json')
  const code = await new Promise<number>((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        join(root, 'node_modules/vitest/vitest.mjs'),
        ...args,
        '--run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile=${file}`,
      ],
      { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } },
    )
    child.on('error', reject)
    child.on('close', (status) => resolve(status ?? 1))
  })
  try {
    const report = Report.parse(JSON.parse(readFileSync(file, 'utf8')))
    const failed = report.numFailedTests + (code !== 0 && report.numFailedTests === 0 ? 1 : 0)
    failures.push(...failuresOf(report))
    if (code !== 0 && report.numFailedTests === 0) failures.push(`${title}: vitest ended with ${code}`)
    return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const checked = await runChecks()
failures.push(...checked.failures)
const counts = [{ passed: checked.passed, failed: checked.failures.length, skipped: 0 }]
const postgres = await startPostgres()
try {
  counts.push(
    await runTests("Unit and integration tests (Debian's PostgreSQL, in-memory bus)", [], {
      TEST_DATABASE_URL: postgres.url,
    }),
  )
} finally {
  await postgres.stop()
}
counts.push(
  await runTests(
    "The storage's tests once more, on the embedded database, which is what browsers meet below too",
    ['related', 'prisma/testing/testDatabase.ts', '--exclude', '{recorder,sfu,deploy,signalling,web}/**'],
  ),
)
counts.push(
  await runTests('End to end: real browsers, real media, every topology', [
    '--config',
    'deploy/tests/vitest.config.ts',
  ]),
)

if (failures.length > 0) console.log('\n── What failed')
for (const failure of failures) console.log(`✗ ${failure.slice(0, 1_000)}\n`)

const sum = (key: 'passed' | 'failed' | 'skipped') => counts.reduce((total, c) => total + c[key], 0)
const skipped = sum('skipped')
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = sum('failed') === 0 ? 0 : 1
