import { spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** A check that needs no platform: its command, run from the root. */
interface Check {
  name: string
  command: readonly [string, ...string[]]
}

const bin = (name: string) => join(root, 'node_modules/.bin', name)

/**
 * Formatting, linting, types (servers, then pages) and the schema's agreement with its migrations. The database client
 * is made anew before the types: another branch's schema may have just arrived.
 */
export const checks: readonly Check[] = [
  { name: 'formatting', command: [bin('prettier'), '--check', '--log-level', 'warn', '.'] },
  { name: 'linting', command: [bin('oxlint'), '--deny-warnings'] },
  {
    name: 'database client',
    command: [process.execPath, 'node_modules/prisma/build/index.js', 'generate'],
  },
  { name: 'types', command: [bin('tsc'), '-p', '.'] },
  {
    name: 'types of the pages',
    command: [
      bin('svelte-check'),
      '--workspace',
      'web',
      '--tsconfig',
      './tsconfig.json',
      '--fail-on-warnings',
      '--output',
      'human',
    ],
  },
  { name: 'schema and migrations', command: [process.execPath, 'prisma/migration.ts', '--check'] },
]

/** Runs all checks one after the other, says each result, and returns how many passed and what the others printed. */
export async function runChecks(): Promise<{ passed: number; failures: string[] }> {
  let passed = 0
  const failures: string[] = []
  for (const check of checks) {
    const startedAtMs = Date.now()
    const { code, output } = await run(check.command)
    const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1)
    console.log(`${code === 0 ? '✓' : '✗'} ${check.name} (${seconds} s)`)
    if (code === 0) passed++
    else {
      console.log(output.trimEnd())
      failures.push(`${check.name}\n${output.trimEnd()}`)
    }
  }
  return { passed, failures }
}

function run([command, ...args]: readonly [string, ...string[]]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
