import { maxBusMessageLength } from './codec.ts'

const headBytes = 4
/** A character of JSON is at most three bytes of UTF-8 (those of four count as two); and the envelope. */
const maxFrameBytes = 3 * maxBusMessageLength + 64 * 1024

/** A text as it travels over a stream: its length in bytes (32 bits, big end first), then UTF-8. */
export function frameOf(text: string): Buffer {
  const bytes = Buffer.byteLength(text)
  const frame = Buffer.allocUnsafe(headBytes + bytes)
  frame.writeUInt32BE(bytes)
  frame.write(text, headBytes)
  return frame
}

/** Cuts a stream into the texts that were written to it, however it arrives. */
export class FrameReader {
  #chunks: Buffer[] = []
  #heldBytes = 0
  /** Bytes until something is whole: a head, or a head with its text. */
  #wantedBytes = headBytes

  /** The texts that are whole now. @throws Error when one would be longer than any that we send */
  read(chunk: Buffer): string[] {
    const texts: string[] = []
    this.#chunks.push(chunk)
    this.#heldBytes += chunk.length
    while (this.#heldBytes >= this.#wantedBytes) {
      const held = this.#chunks.length === 1 ? (this.#chunks[0] ?? chunk) : Buffer.concat(this.#chunks)
      const bytes = held.readUInt32BE()
      if (bytes > maxFrameBytes) throw new Error(`a frame of ${bytes} bytes`)
      this.#wantedBytes = headBytes + bytes
      const isWhole = held.length >= this.#wantedBytes
      const rest = isWhole ? held.subarray(this.#wantedBytes) : held
      this.#chunks = [rest]
      this.#heldBytes = rest.length
      if (!isWhole) break
      texts.push(held.toString('utf8', headBytes, this.#wantedBytes))
      this.#wantedBytes = headBytes
    }
    return texts
  }
}
