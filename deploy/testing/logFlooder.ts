import { setImmediate as turn } from 'node:timers/promises'
import { createLog } from '../log.ts'

// A process that logs far more than anybody reads, and tells on standard output how it fared. For log.test.ts.

const log = createLog('info', { node: 'flooder' })
const [lines = '0', end = 'return'] = process.argv.slice(2)
for (let count = 0; count < Number(lines); count++) {
  log.info('strayPacket', { count, filler: 'x'.repeat(200) })
  if (count % 1000 === 0) await turn()
}
console.log(JSON.stringify({ rssBytes: process.memoryUsage.rss() }))
if (end === 'throw') throw new Error('a bug')
if (end === 'exit') process.exit(0)
