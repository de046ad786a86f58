/** A promise that is kept or not, which a test tries instead of a benchmark; `test` is its name in `file`. */
export interface HeldByTest {
  what: string
  goal: string
  file: string
  test: string
}

/** By the name of a benchmark, what it is about and does not measure. */
export const heldByTests: Partial<Record<string, readonly HeldByTest[]>> = {
  faults: [
    {
      what: 'whole process ended and started again, in order or by kill -9',
      goal: 'everybody is back by themselves, nothing typed is lost or sent twice',
      file: 'deploy/tests/reconnection.e2e.ts',
      test: '%s: the call goes on with everybody, hand and chat, and what was typed is sent once',
    },
    {
      what: 'whole process killed: the embedded database lives on',
      goal: 'taken over, the call goes on under the same node name',
      file: 'deploy/tests/operations.e2e.ts',
      test: 'survives a kill -9: the database that lives on is taken over, and the call goes on',
    },
    {
      what: 'whole process killed while it records',
      goal: 'what was captured is composed after the next start',
      file: 'deploy/tests/recording.e2e.ts',
      test: 'finishes the recording after the next start, with what was captured',
    },
    {
      what: 'recorder killed: what of the recording is lost',
      goal: '0.5 s at most',
      file: 'recorder/recordingFaults.test.ts',
      test: 'has lost nothing that is older than half a second',
    },
    {
      what: 'recorder started again alone',
      goal: 'its home asks it to go on at once, as the same recording',
      file: 'signalling/recording.test.ts',
      test: 'goes on at once where its recorder answers and has lost it',
    },
    {
      what: 'recorder started again alone: the recording',
      goal: 'one recording, one further segment',
      file: 'recorder/recordingFaults.test.ts',
      test: 'goes on with its recording when it is back and asked to, in a further segment of the same',
    },
    {
      what: 'process killed: its node name',
      goal: 'the same after the next start',
      file: 'deploy/nodeName.test.ts',
      test: 'a process that was killed comes back under its name',
    },
    {
      what: 'several processes on one folder: their node names',
      goal: 'each has its own again',
      file: 'deploy/nodeName.test.ts',
      test: 'processes on one folder differ, and each comes back under its own name',
    },
    {
      what: 'network lets no media through: said on the page after',
      goal: '5 s',
      file: 'web/src/lib/call/media/passage.test.ts',
      test: 'is blocked when they do not get through within 5 seconds, over new tickets too, until they do',
    },
    {
      what: 'network lets no media through, in a browser',
      goal: 'says what to ask, has media once they pass',
      file: 'deploy/tests/blockedWays.e2e.ts',
      test: 'the page says so and what to ask, and has them by itself once they pass',
    },
    {
      what: 'network lets no WebSocket through, in a browser',
      goal: 'in the call all the same',
      file: 'deploy/tests/blockedWays.e2e.ts',
      test: 'which %s it, one joins and is heard',
    },
    {
      what: 'network lets neither WebSocket nor polls through: said on the page after',
      goal: '5 s',
      file: 'web/src/lib/call/outage.svelte.test.ts',
      test: 'says within 5 seconds that the way is blocked, and goes on saying so',
    },
    {
      what: 'database answers nothing for 60 s: media that ended',
      goal: 'none',
      file: 'sfu/remoteEngine.test.ts',
      test: 'ends no media when the database is slow: neither side waits for it',
    },
    {
      what: 'database holds a row of a recording that is to go on',
      goal: 'captured again before the database answers',
      file: 'recorder/recordingFaults.test.ts',
      test: 'to go on are answered while the database holds what it is told',
    },
    {
      what: 'call that everybody left and nobody ended',
      goal: 'ends 30 min after its planned end',
      file: 'signalling/forgottenCalls.test.ts',
      test: 'a call that everybody left without ending it ends half an hour after its planned end, and not before',
    },
    {
      what: 'call that nobody ends, with people in it',
      goal: 'the office ends it, minutes can be drafted',
      file: 'deploy/tests/planAndCall.test.ts',
      test: 'comes to a call that nobody ends, whoever is in it; then its minutes can be drafted',
    },
    {
      what: 'machine lost: the restored backup',
      goal: 'all of that moment, people are signed in',
      file: 'deploy/tests/backup.e2e.ts',
      test: 'is restored into an empty place, where people are signed in and find what was there at that moment',
    },
    {
      what: 'backup with one other byte, or unfinished',
      goal: 'refused before anything is touched',
      file: 'deploy/tests/backup.e2e.ts',
      test: 'refuses a backup in which a byte is another, or that was not finished, before it touches anything',
    },
    {
      what: 'ffmpeg missing',
      goal: 'not ready, recordings begin all the same',
      file: 'recorder/recordingFaults.test.ts',
      test: 'is told by readiness, from the start until there is one; recordings begin all the same',
    },
  ],
  flood: [
    {
      what: '45 wrong passwords from everywhere',
      goal: 'the owner gets in from their own browser',
      file: 'web/office/accounts/accounts.test.ts',
      test: 'guesses from everywhere lock nobody out of a browser that the account signed in from before',
    },
    {
      what: '120 sign-ins at once',
      goal: 'told to come again, no try counts against them',
      file: 'web/office/accounts/accounts.test.ts',
      test: 'too many sign-ins at once are told to come again, and no try is held against them',
    },
    {
      what: 'RTP that fails SRTP, and other packets of strangers: lines in the log',
      goal: '1 a second and kind',
      file: 'sfu/mediasoup/strayPackets.test.ts',
      test: 'is told once a second, with how often it was said since',
    },
    {
      what: 'PDF or DOCX of 3 MB: refused before it takes memory',
      goal: 'at once, nobody else waits',
      file: 'web/office/documents/documents.test.ts',
      test: 'refuses a %s of 3 MB at once, and nobody else waits for it',
    },
    {
      what: 'document that takes longer than it may',
      goal: 'given up, the next is rendered',
      file: 'web/office/documents/documents.test.ts',
      test: 'gives up on a document that takes too long, and goes on with the next',
    },
  ],
}

/** What a benchmark prints after its table: each promise with its goal, and below it the test that holds it. */
export function linesOf(held: readonly HeldByTest[]): string[] {
  if (held.length === 0) return []
  return [
    '   not measured here, held by tests:',
    ...held.flatMap(({ what, goal, file, test }) => [`   · ${what} → ${goal}`, `       ${file} › ${test}`]),
  ]
}
