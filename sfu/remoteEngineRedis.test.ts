import { afterAll, beforeAll } from 'vitest'
import { connectRedisBus } from '#deploy/bus/redisBus.ts'
import { startTestRedis, type TestRedis } from '#deploy/bus/testing/testRedis.ts'
import { describeEngine } from './engine.conformance.ts'
import { MediasoupEngine } from './mediasoup/mediasoupEngine.ts'
import { newMediasoupHarness, newSfuConfig, testLog } from './mediasoup/testing/mediasoupHarness.ts'
import { createRemoteEngine } from './remoteEngine.ts'
import { serveEngine } from './server.ts'

let redis: TestRedis
beforeAll(async () => {
  redis = await startTestRedis()
})
afterAll(() => redis.close())

describeEngine('mediasoup over Redis, each side with a connection of its own', async () => {
  const [near, far] = [await connectRedisBus({ url: redis.url }), await connectRedisBus({ url: redis.url })]
  const inner = await MediasoupEngine.start(newSfuConfig(), testLog)
  const server = await serveEngine(inner, { nodeId: 'sfu-1', bus: far, log: testLog })
  const engine = createRemoteEngine({
    bus: near,
    liveSfuNodes: async () => [{ id: 'sfu-1', load: 0 }],
    log: testLog,
  })
  return newMediasoupHarness(engine, async () => {
    await engine.close()
    await server.close()
    await near.close()
    await far.close()
  })
})
