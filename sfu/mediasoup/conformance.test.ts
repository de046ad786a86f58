import { describeEngine } from '../engine.conformance.ts'
import { MediasoupEngine } from './mediasoupEngine.ts'
import { newMediasoupHarness, newSfuConfig, testLog } from './testing/mediasoupHarness.ts'

describeEngine('mediasoup on two workers', async () => {
  const engine = await MediasoupEngine.start(newSfuConfig(), testLog)
  return newMediasoupHarness(engine, () => engine.close())
})
