import { io } from 'socket.io-client'
import type { MeetingId } from '#contract/ids.ts'
import { protocolVersion } from '#contract/protocol.ts'

/** A socket as an attacker has it: nothing of our client between the test and the wire. */
export interface RawSocket {
  /** Sends anything under any name; what is acked. */
  ask(name: string, payload: unknown): Promise<unknown>
  /** Sends, and waits until the server has closed the connection. */
  sendUntilClosed(name: string, payload: unknown): Promise<void>
  close(): void
}

/** Connects as whoever the cookie is. */
export async function startRawSocket(url: string, meetingId: MeetingId, cookie: string): Promise<RawSocket> {
  const socket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    query: { meeting: meetingId },
    auth: { protocol: protocolVersion, meetingId, clientId: 'an-attacker' },
    extraHeaders: { cookie },
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  return {
    ask: (name, payload) => socket.timeout(5000).emitWithAck(name, payload),
    sendUntilClosed: async (name, payload) => {
      const closed = new Promise((resolve) => socket.once('disconnect', resolve))
      socket.emit(name, payload)
      await closed
    },
    close: () => socket.close(),
  }
}
