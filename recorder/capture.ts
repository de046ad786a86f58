import { connect, type Socket } from 'node:net'
import {
  CapturedTrack,
  CaptureTicket,
  decodeTapJson,
  decodeTapPacket,
  encodeTapJson,
  TapFrameReader,
  tapFrameTypes,
  TapGap,
  TapStreamEvent,
  type TapFrame,
  type TapTicket,
} from '#contract/capture.ts'
import { assertNever, AppError } from '#contract/errors.ts'
import type { MediaTicket } from '#contract/media.ts'

/** What a capture tells, in the order in which it came. `rtp` is valid only during the call. */
export interface CaptureListener {
  trackStarted(track: CapturedTrack): void
  packet(stream: number, arrivalMs: number, rtp: Buffer): void
  trackPaused(stream: number, atMs: number): void
  trackResumed(stream: number, atMs: number): void
  trackEnded(stream: number, atMs: number): void
  gap(stream: number, atMs: number, packets: number): void
  /** The engine ended it, or the connection is lost; not told after `close`. */
  ended(error: Error | null): void
}

/** Tracks and packets that flow from a media node. */
export interface Capture {
  requestKeyFrame(stream: number): void
  /**
   * Takes what is on its way, and hears what was dropped of it, for so long; then it is closed. False when something may
   * still have been on its way.
   */
  finish(withinMs: number): Promise<boolean>
  /** Idempotent. */
  close(): void
}

/**
 * Goes to the media node that the ticket names; resolves when packets can flow.
 * @throws AppError media_unavailable when it does not answer, recording_unavailable for a ticket of another kind
 */
export async function openCapture(
  ticket: MediaTicket,
  listener: CaptureListener,
  options: { timeoutMs?: number } = {},
): Promise<Capture> {
  const parsed = CaptureTicket.safeParse(ticket.payload)
  if (!parsed.success) {
    throw new AppError('recording_unavailable', `no way to the tracks of ${ticket.engine}`, {
      cause: parsed.error,
    })
  }
  switch (parsed.data.way) {
    case 'tap':
      return openTap(parsed.data, listener, options.timeoutMs ?? 4_000)
    case 'none':
      return {
        requestKeyFrame: () => undefined,
        finish: () => Promise.resolve(true),
        close: () => undefined,
      }
    default:
      return assertNever(parsed.data)
  }
}

function openTap(ticket: TapTicket, listener: CaptureListener, timeoutMs: number): Promise<Capture> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: ticket.host, port: ticket.port, noDelay: true })
    const reader = new TapFrameReader()
    let isOpen = false
    let isClosed = false
    let failure: Error | null = null
    const timer = setTimeout(() => socket.destroy(new Error('the tap does not answer')), timeoutMs)
    const send = (type: number, value: unknown): void => {
      if (!socket.destroyed) socket.write(encodeTapJson(type, value))
    }
    socket.on('connect', () => {
      clearTimeout(timer)
      socket.setKeepAlive(true, 5_000)
      isOpen = true
      send(tapFrameTypes.hello, { token: ticket.token })
      const close = (): void => {
        isClosed = true
        socket.destroy()
      }
      resolve({
        requestKeyFrame: (streamId) => send(tapFrameTypes.requestKeyFrame, { streamId }),
        async finish(withinMs) {
          const isWhole = await finished(socket, withinMs)
          close()
          return isWhole
        },
        close,
      })
    })
    socket.on('data', (bytes) => {
      if (isClosed) return
      try {
        for (const frame of reader.push(bytes)) tell(listener, frame)
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)))
      }
    })
    socket.on('error', (error) => {
      failure = error
    })
    socket.on('close', () => {
      clearTimeout(timer)
      if (!isOpen) reject(new AppError('media_unavailable', 'the tap cannot be reached', { cause: failure }))
      else if (!isClosed) listener.ended(failure)
    })
  })
}

/** Says goodbye; whether the other side sent what it had, and ended the connection, in time. */
function finished(socket: Socket, withinMs: number): Promise<boolean> {
  if (socket.closed || socket.readableEnded) return Promise.resolve(true)
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), withinMs)
    socket.once('close', () => {
      clearTimeout(timer)
      resolve(socket.readableEnded)
    })
    socket.end(encodeTapJson(tapFrameTypes.goodbye, {}))
  })
}

function tell(listener: CaptureListener, frame: TapFrame): void {
  switch (frame.type) {
    case tapFrameTypes.packet: {
      const { streamId, arrivalMs, rtp } = decodeTapPacket(frame.body)
      return listener.packet(streamId, arrivalMs, rtp)
    }
    case tapFrameTypes.trackStarted:
      return listener.trackStarted(decodeTapJson(CapturedTrack, frame.body))
    case tapFrameTypes.trackPaused: {
      const { streamId, atMs } = decodeTapJson(TapStreamEvent, frame.body)
      return listener.trackPaused(streamId, atMs)
    }
    case tapFrameTypes.trackResumed: {
      const { streamId, atMs } = decodeTapJson(TapStreamEvent, frame.body)
      return listener.trackResumed(streamId, atMs)
    }
    case tapFrameTypes.trackEnded: {
      const { streamId, atMs } = decodeTapJson(TapStreamEvent, frame.body)
      return listener.trackEnded(streamId, atMs)
    }
    case tapFrameTypes.gap: {
      const { streamId, atMs, packets } = decodeTapJson(TapGap, frame.body)
      return listener.gap(streamId, atMs, packets)
    }
    default:
    // A frame of a newer media node: not for us.
  }
}
