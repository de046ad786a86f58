import { releaseTestServer } from './testDatabase.ts'

/** Vitest's `globalSetup`: the server starts with the first test that needs it and ends with the run. */
export async function teardown(): Promise<void> {
  await releaseTestServer()
}
