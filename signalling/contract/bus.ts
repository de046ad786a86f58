/**
 * How roles talk to each other: in one process, over a socket file on one machine, or over Redis. One JSON codec
 * everywhere: what cannot be written as JSON cannot cross, in memory either.
 */
export interface Bus {
  /**
   * Asks the server of `address` (`sfu:<node>`, `recorder:<node>`).
   * @throws AppError the code that the server threw; `timeout` when none answers in `timeoutMs` (default 5,000).
   */
  request(
    address: string,
    method: string,
    payload: unknown,
    options?: { timeoutMs?: number },
  ): Promise<unknown>
  /** Serves an address; the payload is unparsed. Returns its cleanup. One server an address. */
  serve(
    address: string,
    handler: (method: string, payload: unknown) => Promise<unknown>,
  ): Promise<() => Promise<void>>
  /** At most once, to whoever listens now. */
  publish(topic: string, message: unknown): void
  subscribe(topic: string, listener: (message: unknown) => void): Promise<() => Promise<void>>
  /** Whether the bus can be used now; for /readyz. */
  isReady(): boolean
  close(): Promise<void>
}
