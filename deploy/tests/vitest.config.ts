import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Those of the office's pages: without real media they leave half of the machine idle, and go two at a time. */
const pages = [
  'accessibility',
  'auditPage',
  'callFace',
  'entry',
  'live',
  'minutesDesk',
  'office',
  'planDesk',
  'recordingNotice',
  'rights',
  'routes',
  'secondFactor',
  'sessions',
].map((name) => `deploy/tests/${name}.e2e.ts`)

export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
    projects: [
      { extends: true, test: { name: 'pages', include: pages, maxWorkers: 2, sequence: { groupOrder: 0 } } },
      {
        extends: true,
        test: {
          // One file at a time, since each has the machine's two cores to itself.
          name: 'calls',
          include: ['deploy/tests/**/*.e2e.ts'],
          exclude: pages,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
