import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** End to end: one file at a time, since each has the machine's two cores to itself. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    include: ['deploy/tests/**/*.e2e.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
    fileParallelism: false,
  },
})
