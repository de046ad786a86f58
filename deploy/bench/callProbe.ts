import type { BrowserContext, Page } from 'playwright-core'

/** A request of the page's over its socket, as the probe saw it go and come back. */
export interface ProbedRequest {
  name: string
  sentAtMs: number
  ackedAtMs: number | null
}

/** One direction's way to flowing media. */
export interface LineMarks {
  /** The first session description was begun and the first answer was in place. */
  sdpBeganAtMs: number
  sdpDoneAtMs: number
  connectedAtMs: number
}

/** What the probe notes in the page; all times are milliseconds since the navigation began, 0 is not yet. */
export interface CallMarks {
  clickedAtMs: number
  recv: LineMarks
  send: LineMarks
  /** The first tile stood on the page. */
  drawnAtMs: number
  /** A remote picture was given its element. */
  attachedAtMs: number
  /** The last of the peer connections became connected. */
  connectedAtMs: number
  /** A remote picture was decoded and handed to the compositor. */
  firstFrameAtMs: number
  requests: ProbedRequest[]
  /** SRTP ciphers of the connections. */
  ciphers: string[]
}

interface Probe {
  marks: CallMarks
  /** Each way, of every message of the page's sockets. */
  delayMs: number
  connections: RTCPeerConnection[]
}

/**
 * Notes joins in every page of the context that is opened from now on: wraps the page's sockets, peer connections and
 * video elements before any of its scripts runs.
 */
export async function probeCalls(context: BrowserContext): Promise<void> {
  await context.addInitScript(installProbe)
}

/** Presses the button of that name the moment that it is there and can be pressed. For one page, before it is opened. */
export async function clickEarly(page: Page, name: string): Promise<void> {
  await page.addInitScript((text) => {
    const press = (): void => {
      const button = [...document.querySelectorAll('button')].find((b) => b.textContent?.trim() === text)
      if (!button || button.disabled || button.ariaDisabled === 'true') return
      watcher.disconnect()
      button.click()
    }
    const watcher = new MutationObserver(press)
    watcher.observe(document, { childList: true, subtree: true, attributes: true })
  }, name)
}

/** From now on every message of the page's socket takes half a round trip, each way. */
export async function slowSocket(page: Page, roundTripMs: number): Promise<void> {
  await page.evaluate((delayMs) => {
    ;(Reflect.get(globalThis, 'callProbe') as Probe).delayMs = delayMs // by installProbe
  }, roundTripMs / 2)
}

/** Waits for the first remote picture and reads the notes. */
export async function readMarks(page: Page, timeoutMs = 30_000): Promise<CallMarks> {
  await page.waitForFunction(
    () => (Reflect.get(globalThis, 'callProbe') as Probe).marks.firstFrameAtMs > 0,
    undefined,
    { timeout: timeoutMs, polling: 50 },
  )
  return await page.evaluate(async () => {
    const { marks, connections } = Reflect.get(globalThis, 'callProbe') as Probe
    for (const connection of connections) {
      for (const report of (await connection.getStats()).values()) {
        if (report.type === 'transport' && report.srtpCipher) marks.ciphers.push(report.srtpCipher)
      }
    }
    return marks
  })
}

/** Runs in the page. */
function installProbe(): void {
  const marks: CallMarks = {
    clickedAtMs: 0,
    recv: { sdpBeganAtMs: 0, sdpDoneAtMs: 0, connectedAtMs: 0 },
    send: { sdpBeganAtMs: 0, sdpDoneAtMs: 0, connectedAtMs: 0 },
    drawnAtMs: 0,
    attachedAtMs: 0,
    connectedAtMs: 0,
    firstFrameAtMs: 0,
    requests: [],
    ciphers: [],
  }
  const connections: RTCPeerConnection[] = []
  const remote = new Set<string>()
  const acks = new Map<string, ProbedRequest>()
  const probe: Probe = { marks, connections, delayMs: 0 }
  Reflect.set(globalThis, 'callProbe', probe)
  const later = (work: () => void): void => {
    if (probe.delayMs === 0) work()
    else setTimeout(work, probe.delayMs)
  }

  addEventListener(
    'click',
    (event) => {
      const button = event.target instanceof Element ? event.target.closest('button') : null
      if (marks.clickedAtMs === 0 && button && !button.ariaLabel) marks.clickedAtMs = performance.now()
    },
    { capture: true },
  )

  const watcher = new MutationObserver(() => {
    if (!document.querySelector('[data-participant]')) return
    marks.drawnAtMs = performance.now()
    watcher.disconnect()
  })
  watcher.observe(document, { childList: true, subtree: true })

  // Socket.IO 4: `42` id `["name",payload]` is a request, `43` id its ack.
  const NativeSocket = WebSocket
  globalThis.WebSocket = class extends NativeSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      let listener: ((event: MessageEvent) => void) | null = null
      this.addEventListener('message', (event) =>
        later(() => {
          const id = typeof event.data === 'string' ? /^43(\d+)/.exec(event.data)?.[1] : undefined
          const request = id === undefined ? undefined : acks.get(id)
          if (request) request.ackedAtMs = performance.now()
          listener?.(event)
        }),
      )
      // How Socket.IO's client listens; so that it hears late when it is to.
      Object.defineProperty(this, 'onmessage', {
        set(value: typeof listener) {
          listener = value
        },
      })
    }
    override send(data: string | Blob | BufferSource): void {
      const found = typeof data === 'string' ? /^42(\d+)\["([^"]+)"/.exec(data) : null
      if (found?.[1] && found[2]) {
        const word = /"type":"(\w+)"/.exec(String(data).slice(0, 200))?.[1] // of the media's dialogue
        const name = found[2] === 'media:negotiate' && word ? `${found[2]} ${word}` : found[2]
        const request = { name, sentAtMs: performance.now(), ackedAtMs: null }
        acks.set(found[1], request)
        marks.requests.push(request)
      }
      later(() => super.send(data))
    }
  }

  const NativeConnection = RTCPeerConnection
  globalThis.RTCPeerConnection = class extends NativeConnection {
    /** Who is offered something receives; who offers sends. Null for a connection that only looks up what there is. */
    #line: LineMarks | null = null
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      connections.push(this)
      this.addEventListener('track', ({ track }) => remote.add(track.id))
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState !== 'connected') return
        marks.connectedAtMs = performance.now()
        if (this.#line) this.#line.connectedAtMs ||= marks.connectedAtMs
      })
    }
    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      this.#begin(description.type === 'offer' ? marks.recv : marks.send)
      await super.setRemoteDescription(description)
      if (description.type === 'answer') this.#done()
    }
    override async setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
      this.#begin(description?.type === 'offer' ? marks.send : marks.recv)
      await super.setLocalDescription(description)
      if (description?.type === 'answer') this.#done()
    }
    #begin(line: LineMarks): void {
      if (marks.clickedAtMs === 0) return
      this.#line ??= line
      this.#line.sdpBeganAtMs ||= performance.now()
    }
    #done(): void {
      if (this.#line) this.#line.sdpDoneAtMs ||= performance.now()
    }
  }

  const native = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject')
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    configurable: true,
    get() {
      return native?.get?.call(this)
    },
    set(value: unknown) {
      native?.set?.call(this, value)
      if (!(this instanceof HTMLVideoElement) || !(value instanceof MediaStream)) return
      if (!value.getVideoTracks().some((track) => remote.has(track.id))) return
      marks.attachedAtMs ||= performance.now()
      this.requestVideoFrameCallback(() => (marks.firstFrameAtMs ||= performance.now()))
    },
  })
}
