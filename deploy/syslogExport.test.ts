import { createSocket } from 'node:dgram'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { Registry } from 'prom-client'
import { afterEach, expect, it } from 'vitest'
import { silentLog } from '#contract/log.ts'
import type { AuditRow } from '#db/audit.ts'
import { SyslogExport, syslogMessage } from './syslogExport.ts'

const patient = { timeout: 20_000, interval: 20 }
const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const row = (id: number): AuditRow => ({
  ...{ id: BigInt(id), at: new Date(0), actorId: 'user1', action: 'meeting.updated', subject: 'meeting1' },
  ...{ address: '192.0.2.7', keyId: 'k1', prevHash: 'a'.repeat(64), hash: 'b'.repeat(64) },
  detail: { changes: [{ field: 'title', from: 'Họp cũ', to: 'Họp\nmới' }] },
})

function exportTo(url: string): { sender: SyslogExport; counted: () => Promise<string> } {
  const metrics = new Registry()
  const sender = new SyslogExport({
    url,
    host: 'may chủ',
    log: silentLog,
    metrics,
    name: 'diemcau_audit_export',
  })
  open.push(sender)
  return { sender, counted: () => metrics.metrics() }
}

/** A collector on TCP that keeps what it hears; messages by their octet counts. */
async function collector(port = 0) {
  let heard = Buffer.alloc(0)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('data', (chunk) => (heard = Buffer.concat([heard, chunk])))
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const close = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  open.push({ close })
  const messages = (): string[] => {
    const found: string[] = []
    for (let rest = heard; rest.length > 0;) {
      const at = rest.indexOf(' ')
      const end = at + 1 + Number(rest.subarray(0, at).toString())
      if (at < 1 || end > rest.length) break
      found.push(rest.subarray(at + 1, end).toString())
      rest = rest.subarray(end)
    }
    return found
  }
  return { port: (server.address() as AddressInfo).port, messages, close }
}

const idsOf = (messages: string[]) =>
  messages.map((message): unknown => JSON.parse(message.slice(message.indexOf('\uFEFF') + 1)).id)

it('a message is a header of RFC 5424 and the entry as JSON', () => {
  const message = syslogMessage(row(7), 'may chủ')
  expect(message).toMatch(
    /^<110>1 1970-01-01T00:00:00\.000Z may_ch_ diem-cau \d+ meeting\.updated - \uFEFF\{"id":"7",/,
  )
  expect(message).not.toContain('\n')
})

it('over TCP messages are counted in octets, also where letters have several', async () => {
  const { port, messages } = await collector()
  const { sender, counted } = exportTo(`tcp://127.0.0.1:${port}`)
  sender.send([row(1), row(2)])
  sender.send([row(3)])
  await expect.poll(() => idsOf(messages()), patient).toEqual(['1', '2', '3'])
  expect(await counted()).toContain('diemcau_audit_export_sent_total 3')
})

it('over UDP a message is a datagram', async () => {
  const heard: string[] = []
  const server = createSocket('udp4').on('message', (message) => heard.push(message.toString()))
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve))
  open.push(server)
  exportTo(`udp://127.0.0.1:${server.address().port}`).sender.send([row(1), row(2)])
  await expect.poll(() => idsOf(heard), patient).toEqual(['1', '2'])
})

it('a collector that is away is told later of what it can hold; what is beyond is counted', async () => {
  const away = await collector()
  away.close()
  const { sender, counted } = exportTo(`tcp://127.0.0.1:${away.port}`)
  sender.send(Array.from({ length: 10_050 }, (_none, id) => row(id)))
  expect(await counted()).toContain('diemcau_audit_export_dropped_total 50')
  const back = await collector(away.port)
  await expect.poll(() => back.messages().length, patient).toBe(10_000)
  expect(idsOf(back.messages()).at(-1)).toBe('9999')
})
