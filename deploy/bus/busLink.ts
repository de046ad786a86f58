import type { Socket } from 'node:net'
import { z } from 'zod'
import type { Log } from '#contract/log.ts'
import { FrameReader, frameOf } from './frames.ts'

/** Bytes that may wait for a reader who does not keep up: published messages are dropped then (they are at most once). */
const maxWaitingBytes = 16 * 1024 * 1024
/** What cannot be dropped ends the connection at this many: whoever reads nothing is as good as dead. */
const maxOwedBytes = 64 * 1024 * 1024

const text = z.string()
const BusMessage = z.discriminatedUnion('is', [
  // what a process asks of the bus; answered by `done` or `answer` with the same id
  z.object({ is: z.literal('serve'), id: text, address: text }),
  z.object({ is: z.literal('unserve'), id: text, address: text }),
  z.object({ is: z.literal('subscribe'), id: text, topic: text }),
  z.object({ is: z.literal('unsubscribe'), id: text, topic: text }),
  z.object({ is: z.literal('done'), id: text, refusal: text.nullable() }),
  // a request of a process to an address, and one to a process that serves it; both are answered
  z.object({
    is: z.literal('request'),
    id: text,
    address: text,
    method: text,
    payload: z.unknown(),
    timeoutMs: z.number(),
  }),
  z.object({ is: z.literal('asked'), id: text, address: text, method: text, payload: z.unknown() }),
  z.object({ is: z.literal('answer'), id: text, answer: z.unknown() }),
  // both ways: something published
  z.object({ is: z.literal('published'), topic: text, message: z.unknown() }),
])
/** What crosses the socket of a bus. */
export type BusMessage = z.infer<typeof BusMessage>
/** One kind of it. */
export type BusMessageOf<Is extends BusMessage['is']> = Extract<BusMessage, { is: Is }>

/** One end of a bus's socket: whole messages in and out, and a bound to what waits for a slow reader. */
export class BusLink {
  readonly #socket: Socket
  readonly #log: Log

  /** @param onMessage is handed messages in the order in which they were sent, until `onClosed`, which comes once. */
  constructor(socket: Socket, options: { log: Log; onMessage(message: BusMessage): void; onClosed(): void }) {
    this.#socket = socket
    this.#log = options.log
    const reader = new FrameReader()
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const frame of reader.read(chunk)) {
          const parsed = BusMessage.safeParse(JSON.parse(frame))
          if (parsed.success) options.onMessage(parsed.data)
          else this.#log.warn('busMessageMalformed')
        }
      } catch (error) {
        this.#log.error('busConnectionFailed', { error: String(error) })
        socket.destroy()
      }
    })
    socket.on('error', (error) => this.#log.warn('busConnectionFailed', { error: error.message }))
    socket.once('close', options.onClosed)
  }

  /** What it holds has passed the codec: it can be said in JSON and is within the limit. */
  send(message: BusMessage): void {
    this.#write(JSON.stringify(message))
  }

  /** @param reply of the codec's `encodeAnswer`: JSON already */
  answer(reply: string): void {
    this.#write(`{"is":"answer",${reply.slice(1)}`)
  }

  /** As `send`, unless too much waits already: then it is dropped. */
  publish(topic: string, message: unknown): void {
    if (this.#socket.writableLength > maxWaitingBytes) this.#log.warn('busMessageDropped', { topic })
    else this.send({ is: 'published', topic, message })
  }

  #write(json: string): void {
    if (this.#socket.destroyed) return
    if (this.#socket.writableLength > maxOwedBytes) {
      this.#log.error('busConnectionFailed', { error: 'the other end does not read' })
      this.#socket.destroy()
      return
    }
    this.#socket.write(frameOf(json))
  }

  /** At once; what waits is lost. */
  close(): void {
    this.#socket.destroy()
  }
}
