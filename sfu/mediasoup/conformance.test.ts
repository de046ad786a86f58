import { describeEngine } from '../engine.conformance.ts'
import { MediasoupEngine } from './mediasoupEngine.ts'
import { mediasoupHarness, testConfig, testLog } from './testing/harness.ts'

describeEngine('mediasoup on two workers', async () => {
  const engine = await MediasoupEngine.start(testConfig(), testLog)
  return mediasoupHarness(engine, () => engine.close())
})
