import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PageWatch } from './pageWatch.ts'

class Network extends EventTarget {
  type = 'wifi'
}

let network: Network
let page: { visibilityState: string } & EventTarget
let told: string[]
let watch: PageWatch

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
  network = new Network()
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('document', page)
  vi.stubGlobal('navigator', { connection: network })
  told = []
  watch = new PageWatch({
    onNetworkChanged: () => told.push('network'),
    onVisibilityChanged: () => told.push(watch.isHidden ? 'hidden' : 'shown'),
    onLeaving: () => told.push('leaving'),
  })
})

afterEach(() => {
  watch.close()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('the page and its network', () => {
  it('tell of a burst of changes once', () => {
    window.dispatchEvent(new Event('online'))
    network.type = 'cellular'
    network.dispatchEvent(new Event('change'))
    vi.advanceTimersByTime(300)
    expect(told).toEqual(['network'])
  })

  it('tell nothing of a new estimate of the same network’s speed', () => {
    network.dispatchEvent(new Event('change'))
    vi.advanceTimersByTime(300)
    expect(told).toEqual([])
  })

  it('tell that the machine slept', () => {
    vi.advanceTimersByTime(4000)
    vi.setSystemTime(Date.now() + 60_000)
    vi.advanceTimersByTime(2300)
    expect(told).toEqual(['network'])
  })

  it('tell when the page is hidden, shown and left, until it is closed', () => {
    page.visibilityState = 'hidden'
    document.dispatchEvent(new Event('visibilitychange'))
    page.visibilityState = 'visible'
    document.dispatchEvent(new Event('visibilitychange'))
    window.dispatchEvent(new Event('pagehide'))
    watch.close()
    window.dispatchEvent(new Event('pagehide'))
    window.dispatchEvent(new Event('online'))
    vi.advanceTimersByTime(60_000)
    expect(told).toEqual(['hidden', 'shown', 'leaving'])
  })
})
