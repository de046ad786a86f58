import { describeBus } from './bus.conformance.ts'
import { MemoryBus } from './memoryBus.ts'

describeBus('memory', async () => {
  const bus = new MemoryBus()
  return { asker: bus, server: bus, close: () => bus.close() }
})
