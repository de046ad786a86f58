import { Agent, request } from 'node:http'
import type { FromPageLoad, ToPageLoad } from './pages.bench.ts'

// The people who read pages, in a process of their own, so that what they cost is nobody else's. Their only parent is
// `pages.bench.ts`; they go on until it hangs up.

process.once('message', ({ connections, url, paths, cookie }: ToPageLoad) => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  for (let reader = 0; reader < connections; reader++) void read(reader)

  async function read(turn: number): Promise<void> {
    const startedAtMs = performance.now()
    const { status, bytes } = await load(`${url}${paths[turn % paths.length]}`)
    tell({ status, bytes, tookMs: performance.now() - startedAtMs })
    await read(turn + 1)
  }

  function load(address: string): Promise<{ status: number; bytes: number }> {
    return new Promise((resolve, reject) => {
      request(address, { agent, headers: { cookie, accept: 'text/html' } }, (answer) => {
        let bytes = 0
        answer.on('data', (chunk: Buffer) => (bytes += chunk.length))
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, bytes }))
        answer.once('error', reject)
      })
        .once('error', reject)
        .end()
    })
  }
})
process.once('disconnect', () => process.exit(0))

function tell(page: FromPageLoad): void {
  process.send?.(page)
}
