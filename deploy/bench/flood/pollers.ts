// A process of its own: node pollers.ts URL. For 10 s, 64 at a time, opens connections by long polling without any
// credential, or writes to such as do not exist, as fast as it is answered; prints how often it got which status.

const [url = ''] = process.argv.slice(2)
const path = `${url}/socket.io/?EIO=4&transport=polling`
const endsAtMs = Date.now() + 10_000
const statuses: Record<number, number> = {}

async function ask(isWriter: boolean): Promise<void> {
  while (Date.now() < endsAtMs) {
    const answer = await (isWriter
      ? fetch(`${path}&sid=unknown`, { method: 'POST', body: '40'.repeat(4000) })
      : fetch(path))
    await answer.text()
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
  }
}

await Promise.all(Array.from({ length: 64 }, (_none, asker) => ask(asker % 2 === 0)))
console.log(JSON.stringify(statuses))
