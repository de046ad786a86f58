import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { IceMender, type MendableTransport } from './iceMender.ts'

class Line implements MendableTransport {
  state: MendableTransport['state'] = 'connected'
  restarts = 0
  failure: Error | null = null
  restart(): Promise<void> {
    this.restarts += 1
    return this.failure ? Promise.reject(this.failure) : Promise.resolve()
  }
}

describe('IceMender', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  function mend() {
    const line = new Line()
    const said: string[] = []
    const mender = new IceMender(line, {
      onGivenUp: () => said.push('given up'),
      onWarning: (event) => said.push(event),
    })
    const become = (state: MendableTransport['state']) => {
      line.state = state
      mender.observe()
    }
    return { line, mender, said, become }
  }

  it('leaves a short dip alone', async () => {
    const { line, become } = mend()
    become('disconnected')
    await vi.advanceTimersByTimeAsync(300)
    become('connected')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(line.restarts).toBe(0)
  })

  it('restarts after the grace, and at once when it failed', async () => {
    const { line, become } = mend()
    become('disconnected')
    await vi.advanceTimersByTimeAsync(800)
    expect(line.restarts).toBe(1)
    become('connected')
    become('failed')
    expect(line.restarts).toBe(2)
  })

  it('restarts at once when the network changed, though the transport still looks well', () => {
    const { line, mender } = mend()
    mender.hasten(false)
    expect(line.restarts).toBe(0)
    mender.hasten(true)
    expect(line.restarts).toBe(1)
  })

  it('restarts when signalling is back, if the restart after a change of network did not get through', async () => {
    const { line, mender, said } = mend()
    line.failure = new Error('timeout')
    mender.hasten(true)
    await vi.advanceTimersByTimeAsync(0)
    expect(said).toEqual(['iceRestartFailed'])
    line.failure = null
    mender.hasten(false)
    await vi.advanceTimersByTimeAsync(0)
    expect(line.restarts).toBe(2)
    mender.hasten(false)
    expect(line.restarts).toBe(2)
  })

  it('gives up after four attempts, so that the page joins anew', async () => {
    const { line, said, become } = mend()
    line.failure = new Error('signalling away')
    become('failed')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(line.restarts).toBe(4)
    expect(said.at(-1)).toBe('given up')
  })

  it('leaves a transport alone that was never started, and everything after close', async () => {
    const { line, mender, become } = mend()
    line.state = 'new'
    mender.hasten(true)
    expect(line.restarts).toBe(0)
    become('disconnected')
    mender.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(line.restarts).toBe(0)
  })
})
