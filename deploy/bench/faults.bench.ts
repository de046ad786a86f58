import { runParts } from './parts.ts'

/**
 * What a call loses when something that it stands on fails: each part in `faults/` against the real platform in
 * processes of its own, with real servers beside it.
 */
export const run = runParts('faults')
