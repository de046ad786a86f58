import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const proofTimeoutMs = 20_000

/**
 * Whether the worker can start on this machine at all (libraries, libc, processor), in some milliseconds: without a
 * version from its parent it ends with 41 (mediasoup's main.cpp).
 */
export function canStartWorker(file: string): boolean {
  if (!existsSync(file)) return false
  return spawnSync(file, [], { env: {}, stdio: 'ignore', timeout: proofTimeoutMs }).status === 41
}

/**
 * Lets mediasoup start the worker, with a router and a WebRTC transport on the loopback address. Throws when it
 * cannot. Media over it are proved by the test-suite.
 */
export async function proveWorker(file: string): Promise<void> {
  const mediasoup = await import('mediasoup')
  const worker = await mediasoup.createWorker({ workerBin: file, logLevel: 'error' })
  const death = new Promise<never>((_, reject) => {
    worker.once('died', reject)
    setTimeout(() => reject(new Error('the media worker did not answer')), proofTimeoutMs).unref()
  })
  // Unheard when everything is well.
  death.catch(() => undefined)
  try {
    const proof = async () => {
      const router = await worker.createRouter({
        mediaCodecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }],
      })
      const transport = await router.createWebRtcTransport({
        listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
      })
      if (transport.dtlsParameters.fingerprints.length === 0)
        throw new Error('the media worker has no certificate')
    }
    await Promise.race([proof(), death])
  } finally {
    worker.close()
  }
}
