import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { testSecret } from './city.ts'

const root = join(import.meta.dirname, '../..')

/** The platform as a process of its own, as an operator runs it. */
export interface PlatformProcess {
  /** What people type: http://127.0.0.1:port, or PUBLIC_URL. */
  url: string
  dataDir: string
  process: ChildProcess
  readyAfterMs: number
  /** Everything it printed so far; the log goes to standard error. */
  output(): string
  /** SIGTERM, and waits; resolves with the exit code. */
  stop(): Promise<number | null>
  /** kill -9, and waits. */
  kill(): Promise<void>
  /** Removes the data folder if it was made here. */
  remove(): void
}

/** Starts `deploy/start.ts` with these settings on a free port, by default with an empty data folder; resolves when ready. */
export async function startPlatformProcess(
  env: Record<string, string> = {},
  timeoutMs = 60_000,
): Promise<PlatformProcess> {
  const ownDir = env['DATA_DIR'] === undefined ? mkdtempSync(join(tmpdir(), 'diem-cau-data-')) : null
  const dataDir = env['DATA_DIR'] ?? ownDir ?? ''
  const startedAtMs = Date.now()
  const child = spawn(process.execPath, [join(root, 'deploy/start.ts')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      MEDIA_PORT: '0',
      MEDIA_LISTEN: '127.0.0.1',
      MEDIA_ANNOUNCED_ADDRESS: '127.0.0.1',
      AUTH_SECRET: testSecret,
      RECORDING_RESERVE_MB: '64',
      LOG_LEVEL: 'info',
      DATA_DIR: dataDir,
      ...env,
    },
  })
  let output = ''
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGTERM')
      reject(new Error(`Not ready after ${timeoutMs} ms:\n${output}`))
    }, timeoutMs)
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const ready = output.match(/(?:sẵn sàng|ready): (https?:\/\/\S+)/)
      if (ready?.[1]) {
        clearTimeout(timer)
        resolve(ready[1].replace('localhost', '127.0.0.1').replace(/\/$/, ''))
      }
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('close', (code) => {
      clearTimeout(timer)
      reject(new Error(`The platform ended with code ${code}:\n${output}`))
    })
  })
  return {
    url,
    dataDir,
    process: child,
    readyAfterMs: Date.now() - startedAtMs,
    output: () => output,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      const hard = setTimeout(() => child.kill('SIGKILL'), 20_000)
      const code = await ended
      clearTimeout(hard)
      return code
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    remove() {
      if (ownDir) rmSync(ownDir, { recursive: true, force: true })
    },
  }
}
