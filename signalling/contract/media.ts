import { z } from 'zod'

/** Every media engine there is. An opened room has one, and says so; nothing else needs to know. */
export const EngineKind = z.enum(['mediasoup', 'livekit', 'fake'])
export type EngineKind = z.infer<typeof EngineKind>

/** The engines that this release can open rooms with. */
export const ShippedEngine = EngineKind.exclude(['livekit'])
export type ShippedEngine = z.infer<typeof ShippedEngine>

/** A message of the engine's own dialogue with its client; signalling forwards it unread. */
export const MediaMessage = z.record(z.string(), z.unknown())
export type MediaMessage = z.infer<typeof MediaMessage>

/** A room that is open in the media: by which engine, and what that engine's client can prepare before it joins. */
export const OpenedRoom = z.object({ engine: EngineKind, clientConfig: z.record(z.string(), z.unknown()) })
export type OpenedRoom = z.infer<typeof OpenedRoom>

/** A ticket into the room; whoever uses it switches on `engine`. */
export const MediaTicket = z.object({ engine: EngineKind, payload: z.record(z.string(), z.unknown()) })
export type MediaTicket = z.infer<typeof MediaTicket>
