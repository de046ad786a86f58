import { AppError, assertNever } from '#contract/errors.ts'
import type { EngineKind } from '#contract/media.ts'
import type { EngineLine, MediaClient, MediaClientHooks } from './mediaClient.ts'

/** The one switch over engines; each client is loaded only when it is used. Throws `media_unavailable`. */
export async function createMediaClient(
  engine: EngineKind,
  line: EngineLine,
  hooks: MediaClientHooks,
): Promise<MediaClient> {
  switch (engine) {
    case 'mediasoup': {
      const { MediasoupClient } = await import('./mediasoup/mediasoupClient.ts')
      return new MediasoupClient(line, hooks)
    }
    case 'fake': {
      const { SilentClient } = await import('./silentClient.ts')
      return new SilentClient(hooks)
    }
    case 'livekit':
      throw new AppError('media_unavailable', 'this page has no client for LiveKit')
    default:
      return assertNever(engine)
  }
}
