import { callHandlers } from './callHandlers.ts'
import { chatHandlers } from './chatHandlers.ts'
import { floorHandlers } from './floorHandlers.ts'
import type { Handlers } from './handler.ts'
import { peopleHandlers } from './peopleHandlers.ts'
import { recordingHandlers } from './recordingHandlers.ts'
import { soundHandlers } from './soundHandlers.ts'

/** Every request's handler. */
export const handlers: Handlers = {
  ...callHandlers,
  ...floorHandlers,
  ...chatHandlers,
  ...soundHandlers,
  ...peopleHandlers,
  ...recordingHandlers,
}
