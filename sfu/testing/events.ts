import type { EngineEvent, MediaEngine } from '../engine.ts'

type Of<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>

function isOf<T extends EngineEvent['type']>(event: EngineEvent, type: T): event is Of<T> {
  return event.type === type
}

/** Calls back with an engine's events of one type, until the returned function is called; for tests. */
export function onEventOf<T extends EngineEvent['type']>(
  engine: MediaEngine,
  type: T,
  listener: (event: Of<T>) => void,
): () => void {
  return engine.onEvent((event) => {
    if (isOf(event, type)) listener(event)
  })
}
