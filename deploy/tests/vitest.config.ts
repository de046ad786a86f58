import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** End to end: two files at a time, since each waits (for media, for time-outs) half of its time. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    include: ['deploy/tests/**/*.e2e.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
  },
})
