import type { ClientId, TrackId } from '#contract/ids.ts'

/** A random id that fits every id of the contract: 22 characters, 128 bits, also outside secure contexts. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

// The brands are made here without their schemas, which would bring the schema library into every page.

/** A new id of a track that this page sends. */
export const newTrackId = (): TrackId => newId() as TrackId

/** A new id of this open page. */
export const newClientId = (): ClientId => newId() as ClientId
