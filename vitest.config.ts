import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{signalling,sfu,recorder,prisma,web,deploy}/**/*.test.ts'],
    // Ends the tests' shared database server with the run; its start is left to the first test that needs it.
    globalSetup: ['prisma/testServer.ts'],
    // Against what hangs, not against what is slow: the machine may be shared and busy.
    testTimeout: 90_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
})
