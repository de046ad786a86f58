import type { MediaMessage } from '#contract/media.ts'
import type { TicketPayload } from '#sfu/mediasoup/negotiation.ts'
import { ciphers, LoadReceiver, LoadSender } from './loadPeer.ts'
import type { FromLoadClient, LoadCounts, ToLoadClient } from './loadClient.ts'

// The load client's process, so that what it costs is not the server's. Its only parent is `loadClient.ts`.

const receivers: LoadReceiver[] = []
const senders: LoadSender[] = []
const asked = new Map<number, (answer: { error?: string }) => void>()
let lastAskId = 0
let sentPackets = 0

setInterval(() => {
  for (const sender of senders) sentPackets += sender.pump()
}, 10)

process.on('message', (message: ToLoadClient) => {
  if (message.type === 'answer') asked.get(message.askId)?.(message)
  else {
    carryOut(message).then(
      (counts) => tell({ type: 'done', id: message.id, counts }),
      (error: unknown) => tell({ type: 'done', id: message.id, error: String(error) }),
    )
  }
})
process.once('disconnect', () => process.exit(0)) // native threads would keep it alive

async function carryOut(order: Exclude<ToLoadClient, { type: 'answer' }>): Promise<LoadCounts> {
  switch (order.type) {
    case 'receive': {
      const receiver = new LoadReceiver(order.participantId)
      const { recv, consumers } = order.ticket
      await receiver.connect(recv, consumers, dtlsOf(order.participantId, order.ticket, 'recv'))
      receivers.push(receiver)
      break
    }
    case 'publish': {
      if (!order.ticket.send) throw new Error('The ticket does not allow to send')
      const sender = new LoadSender(order.participantId, order.tracks)
      await sender.connect(order.ticket.send, dtlsOf(order.participantId, order.ticket, 'send'))
      const { ticketId } = order.ticket
      for (const { track, rtpParameters } of sender.streams) {
        const trackId = `${order.participantId}-${track.source}`
        const message = { type: 'publish', ticketId, trackId, source: track.source, rtpParameters }
        await negotiate(order.participantId, message)
      }
      senders.push(sender)
      break
    }
    case 'count':
      break
  }
  return {
    atMs: performance.now(),
    sentPackets,
    receivedPackets: receivers.reduce((sum, receiver) => sum + receiver.packets, 0),
    receivedBytes: receivers.reduce((sum, receiver) => sum + receiver.bytes, 0),
    ciphers: Object.fromEntries(ciphers),
  }
}

function dtlsOf(participantId: string, { ticketId }: TicketPayload, direction: 'send' | 'recv') {
  return (dtlsParameters: object) =>
    negotiate(participantId, { type: 'connectTransport', ticketId, direction, dtlsParameters })
}

function negotiate(participantId: string, message: MediaMessage): Promise<void> {
  const askId = ++lastAskId
  return new Promise((resolve, reject) => {
    asked.set(askId, ({ error }) => {
      asked.delete(askId)
      if (error === undefined) resolve()
      else reject(new Error(error))
    })
    tell({ type: 'negotiate', askId, participantId, message })
  })
}

function tell(message: FromLoadClient): void {
  process.send?.(message)
}
