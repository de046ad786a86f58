/** Reads the bits of a codec's header, the most significant first; past the end it reads zeros. */
export class BitReader {
  readonly #bytes: ArrayLike<number>
  #at = 0

  constructor(bytes: ArrayLike<number>) {
    this.#bytes = bytes
  }

  bits(count: number): number {
    let value = 0
    for (let i = 0; i < count; i += 1) {
      const byte = this.#bytes[this.#at >> 3] ?? 0
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1)
      this.#at += 1
    }
    return value
  }

  /** Exp-Golomb, unsigned. */
  ue(): number {
    let zeros = 0
    while (zeros < 32 && this.bits(1) === 0) zeros += 1
    return 2 ** zeros - 1 + this.bits(zeros)
  }

  /** Exp-Golomb, signed. */
  se(): number {
    const value = this.ue()
    return value % 2 === 0 ? -value / 2 : (value + 1) / 2
  }
}
