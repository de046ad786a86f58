import { wallClockMs } from '#contract/wallClock.ts'
import { JournalWriter } from '../journal.ts'

/** A process of its own that records until it is killed; started by a test with the journal's path. */
const path = process.argv[2] ?? ''
const writer = await JournalWriter.create(path, (error) => {
  throw error
})
setInterval(() => {
  for (let i = 0; i < 5; i += 1) writer.packet(0, wallClockMs(), Buffer.alloc(1_000, i))
}, 5)
process.stdout.write('recording\n')
