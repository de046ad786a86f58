import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Counter, type Registry } from 'prom-client'
import type { Log } from '#contract/log.ts'
import type { AuditRow } from '#db/audit.ts'

/** Facility 13 (log audit), severity 6 (informational); RFC 5424, 6.2.1. */
const priority = 13 * 8 + 6
/** What waits while nobody takes it; beyond it entries are dropped here, and are in the audit log all the same. */
const maxWaiting = 10_000
const minRetryMs = 1_000
const maxRetryMs = 30_000
/** Longest wait for what is left at the end. */
const closeTimeoutMs = 2_000

/**
 * Tells a collector of what the audit log has, as syslog messages (RFC 5424): over UDP one a datagram (RFC 5426), over
 * TCP and TLS counted in octets (RFC 6587, RFC 5425). Nobody waits for it. Each message has the entry's number and hash,
 * so that a collector sees what is missing. One a process.
 */
export class SyslogExport {
  readonly #url: URL
  readonly #host: string
  readonly #log: Log
  readonly #sent: Counter
  readonly #dropped: Counter
  readonly #waiting: string[] = []
  #udp: UdpSocket | null = null
  #socket: Socket | null = null
  #retry: NodeJS.Timeout | null = null
  #retryMs = minRetryMs
  #isClosing = false
  #whenEmpty: (() => void) | null = null

  /**
   * @param options.url `udp://host:port`, `tcp://…` or `tls://…`
   * @param options.name begins the names of its metrics
   */
  constructor(options: { url: string; host: string; log: Log; metrics: Registry; name: string }) {
    this.#url = new URL(options.url)
    this.#host = options.host
    this.#log = options.log
    const registers = [options.metrics]
    const { name } = options
    this.#sent = new Counter({ name: `${name}_sent_total`, help: 'Audit entries sent to syslog', registers })
    this.#dropped = new Counter({
      name: `${name}_dropped_total`,
      help: 'Audit entries that syslog was not told of',
      registers,
    })
  }

  /** Takes what was stored; returns at once. */
  send(rows: readonly AuditRow[]): void {
    for (const row of rows) {
      if (this.#waiting.length >= maxWaiting || this.#isClosing) this.#dropped.inc()
      else this.#waiting.push(syslogMessage(row, this.#host))
    }
    this.#flush()
  }

  #flush(): void {
    if (this.#url.protocol === 'udp:') this.#flushDatagrams()
    else if (this.#socket === null) this.#connect()
    else this.#write(this.#socket)
    if (this.#waiting.length === 0) this.#whenEmpty?.()
  }

  #flushDatagrams(): void {
    this.#udp ??= this.#openUdp()
    for (const message of this.#waiting.splice(0)) {
      this.#udp.send(message, this.#port(514), this.#hostname(), (error) =>
        error ? this.#dropped.inc() : this.#sent.inc(),
      )
    }
  }

  #openUdp(): UdpSocket {
    const socket = createSocket(this.#hostname().includes(':') ? 'udp6' : 'udp4')
    socket.on('error', (error) => this.#log.warn('auditExportFailed', { error: error.message }))
    socket.unref()
    return socket
  }

  #connect(): void {
    if (this.#retry !== null || this.#waiting.length === 0) return
    const host = this.#hostname()
    const isTls = this.#url.protocol === 'tls:'
    const socket = isTls
      ? connectTls({ host, port: this.#port(6514) })
      : connectTcp({ host, port: this.#port(601) })
    this.#socket = socket
    let isOpen = false
    socket.setNoDelay(true).unref()
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      isOpen = true
      this.#retryMs = minRetryMs
      this.#write(socket)
    })
    socket.on('drain', () => this.#flush())
    socket.on('error', (error) => this.#log.warn('auditExportFailed', { error: error.message }))
    socket.once('close', () => {
      if (this.#socket === socket) this.#socket = null
      if (this.#isClosing) return
      this.#retry = setTimeout(() => {
        this.#retry = null
        this.#flush()
      }, this.#retryMs).unref()
      if (!isOpen) this.#retryMs = Math.min(maxRetryMs, this.#retryMs * 2)
    })
    socket.resume() // a collector says nothing that we read; its end is heard
  }

  /** As much as the network takes. */
  #write(socket: Socket): void {
    if (socket.connecting || !socket.writable) return
    while (this.#waiting.length > 0 && !socket.writableNeedDrain) {
      const message = this.#waiting.shift() ?? ''
      socket.write(`${Buffer.byteLength(message)} ${message}`)
      this.#sent.inc()
    }
    if (this.#waiting.length === 0) this.#whenEmpty?.()
  }

  #hostname(): string {
    return this.#url.hostname.replace(/^\[|\]$/g, '')
  }

  #port(standard: number): number {
    return this.#url.port === '' ? standard : Number(this.#url.port)
  }

  /** Sends what waits, for two seconds at most. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosing) return
    this.#isClosing = true
    if (this.#waiting.length > 0 && this.#socket !== null) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, closeTimeoutMs)
        this.#whenEmpty = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    this.#dropped.inc(this.#waiting.length)
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#udp?.close()
    const socket = this.#socket
    if (socket)
      await new Promise<void>((resolve) =>
        socket
          .once('close', () => resolve())
          .end()
          .setTimeout(closeTimeoutMs, () => socket.destroy()),
      )
  }
}

/** An entry as one message: a header, no structured data, and the entry as JSON. */
export function syslogMessage(row: AuditRow, host: string): string {
  const { id, at, actorId, action, subject, address, detail, keyId, prevHash, hash } = row
  const said = JSON.stringify({
    id: String(id),
    ...{ actorId, action, subject, address, detail, keyId, prevHash, hash },
  })
  return `<${priority}>1 ${at.toISOString()} ${word(host, 255)} diem-cau ${process.pid} ${word(action, 32)} - \uFEFF${said}`
}

/** Of printable ASCII, without spaces; RFC 5424, 6. */
function word(text: string, length: number): string {
  return text.replace(/[^\x21-\x7e]/g, '_').slice(0, length) || '-'
}
