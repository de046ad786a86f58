import { runParts } from './parts.ts'

/** What strangers and single guests may cost, against the real platform in a process of its own. */
export const run = runParts('flood')
