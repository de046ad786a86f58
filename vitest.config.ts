import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Ends the tests' shared database server with the run; its start is left to the first test that needs it.
    globalSetup: ['prisma/testing/testServer.ts'],
    // Against what hangs, not against what is slow: the machine may be shared and busy.
    testTimeout: 90_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
    // More than the cores of a small machine: many wait for time-outs.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: 'servers',
          include: ['{signalling,sfu,recorder,prisma,deploy,web/office}/**/*.test.ts'],
        },
      },
      {
        extends: true,
        // Runes are compiled as for the browser, so that effects run and what a page's class (`*.svelte.ts`) shows
        // can be followed. There is no DOM: what needs one is tested end to end.
        plugins: [svelte({ configFile: false, dynamicCompileOptions: () => ({ generate: 'client' }) })],
        ssr: { resolve: { conditions: ['browser'] } },
        test: {
          name: 'pages',
          include: ['web/src/**/*.test.ts'],
          // Their modules keep nothing, and to load Svelte for each file anew costs four times the tests.
          isolate: false,
          server: { deps: { inline: [/\/svelte\//] } },
        },
      },
    ],
  },
})
