import { existsSync } from 'node:fs'
import path from 'node:path'
import { repoDir } from './paths.ts'
import { runCommand } from './runCommand.ts'
import { SetupError } from './setupError.ts'
import { hashFiles, hasStamp, writeStamp } from './stamps.ts'

const stampName = 'prisma-client'
const inputs = ['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json']

/** The file that is there once the client was generated; none as long as there is no schema. */
export function listPrismaOutputs(): string[] {
  return existsSync(path.join(repoDir, 'prisma/schema.prisma'))
    ? [path.join(repoDir, 'prisma/generated/client.ts')]
    : []
}

/** Whether `prisma/generated` is the client of another schema or of another Prisma. */
export function isPrismaClientStale(): boolean {
  const outputs = listPrismaOutputs()
  if (outputs.length === 0) return false
  return !outputs.every((file) => existsSync(file)) || !hasStamp(stampName, hashFiles(repoDir, inputs))
}

/** Generates the typed database client. Downloads nothing: see prisma.config.ts. */
export async function generatePrismaClient(): Promise<void> {
  const hash = hashFiles(repoDir, inputs)
  const script = path.join(repoDir, 'node_modules/prisma/build/index.js')
  const result = await runCommand(process.execPath, [script, 'generate'], {
    log: 'prisma-generate',
    cwd: repoDir,
    env: { CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1', NO_COLOR: '1' },
    timeoutMs: 120_000,
    holdsLock: true,
  })
  if (result.code !== 0) {
    throw new SetupError(
      `The database client could not be generated.\n${result.tail}`,
      'Correct prisma/schema.prisma and start again.',
    )
  }
  writeStamp(stampName, hash)
}
