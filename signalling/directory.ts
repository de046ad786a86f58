import type { z } from 'zod'
import type { Bus } from '#contract/bus.ts'
import { AppError, errorCodes, type ErrorCode } from '#contract/errors.ts'
import type { MeetingId, NodeId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import { callHomeAddress, callHomeRequests } from '#contract/callHome.ts'
import { MeetingChanged, meetingChangedTopic } from '#contract/meetingChanged.ts'
import { RecorderEvent } from '#contract/recorder.ts'
import type { SettingsReader } from '#contract/settings.ts'
import type { MediaEngine } from '#sfu/engine.ts'
import { foldVersion } from './foldVersion.ts'
import type { SignallingMetrics } from './metrics.ts'
import type { Audience } from './page.ts'
import { Call } from './call.ts'
import type { SignallingSettings } from './settings.ts'
import type { Stores } from './stores.ts'

/** What a directory is made of. */
export interface DirectoryOptions {
  nodeId: NodeId
  stores: Stores
  engine: MediaEngine
  bus: Bus
  audienceOf: (meetingId: MeetingId) => Audience
  settings: SignallingSettings
  rules: SettingsReader
  metrics: SignallingMetrics
  log: Log
}

/**
 * Which calls live here. A call's home is whoever holds its lease; the lease is renewed all the while. A node that
 * only cannot reach the database keeps its calls; one whose lease another took lets go.
 */
export class Directory {
  readonly #options: DirectoryOptions
  readonly #fold = foldVersion()
  readonly #calls = new Map<MeetingId, Call>()
  readonly #opening = new Map<MeetingId, Promise<Call>>()
  /** Calls that are being let go: what waits is stored before they are taken again. */
  readonly #closing = new Map<MeetingId, Promise<void>>()
  readonly #cleanup: (() => void | Promise<void>)[] = []
  #isRenewing = false
  #isClosed = false

  constructor(options: DirectoryOptions) {
    this.#options = options
  }

  /** Begins to listen to the engine and the recorders, and to look after the leases. */
  async start(): Promise<void> {
    const { engine, bus, log, settings, nodeId } = this.#options
    this.#cleanup.push(engine.onEvent((event) => this.#calls.get(event.roomId)?.ear.hear(event)))
    const renewTimer = setInterval(
      () => detach(log, 'leasesNotRenewed', this.#renew()),
      settings.leaseTtlMs / 3,
    )
    const tickTimer = setInterval(() => this.#tick(), settings.tickMs)
    this.#cleanup.push(
      () => clearInterval(renewTimer),
      () => clearInterval(tickTimer),
      await bus.subscribe('recorder:events', (message) => this.#hearRecorder(message)),
      await bus.subscribe(meetingChangedTopic, (message) => this.#hearOffice(message)),
      await bus.serve(callHomeAddress(nodeId), (method, payload) => this.#answerOffice(method, payload)),
    )
  }

  /** Calls whose home is here. */
  get size(): number {
    return this.#calls.size
  }

  /**
   * The call, opened here when it has no other home.
   * @throws AppError wrong_node, not_found, storage_unavailable, node_closing
   */
  async open(meetingId: MeetingId): Promise<Call> {
    if (this.#isClosed) throw new AppError('node_closing')
    const known = this.#calls.get(meetingId) ?? this.#opening.get(meetingId)
    if (known) return known
    const opening = this.#open(meetingId).finally(() => this.#opening.delete(meetingId))
    this.#opening.set(meetingId, opening)
    return opening
  }

  async #open(meetingId: MeetingId): Promise<Call> {
    const { stores, nodeId, settings, engine, bus, metrics, log } = this.#options
    await this.#closing.get(meetingId)
    const lease = await stores.leases.take(meetingId, nodeId, settings.leaseTtlMs)
    if (!lease) throw new AppError('wrong_node', `${meetingId} lives elsewhere`)
    const { epoch } = lease
    let call: Call
    try {
      const loading = stores.calls.load(meetingId)
      const reading = stores.calls.snapshot(meetingId, this.#fold)
      const [record, snapshot] = await Promise.all([loading, reading])
      const past = await stores.calls.events(meetingId, snapshot?.seq ?? 0)
      if (!record) throw new AppError('not_found')
      if (this.#isClosed) throw new AppError('node_closing')
      call = new Call({
        meetingId,
        nodeId,
        epoch,
        record,
        fold: this.#fold,
        snapshot,
        past,
        formerExpiresAtMs: lease.formerExpiresAtMs,
        stores,
        engine,
        bus,
        audience: this.#options.audienceOf(meetingId),
        settings,
        rules: this.#options.rules,
        metrics,
        log: log.child({ meetingId }),
        onFenced: () => this.#lose(meetingId, epoch),
      })
    } catch (error) {
      detach(log, 'leaseNotReleased', stores.leases.release(meetingId, nodeId, epoch))
      throw error
    }
    this.#calls.set(meetingId, call)
    log.info('callHomeTaken', { meetingId, epoch, events: call.view.version })
    return call
  }

  /** The call if it is here. */
  find(meetingId: MeetingId): Call | undefined {
    return this.#calls.get(meetingId)
  }

  async #renew(): Promise<void> {
    if (this.#isRenewing || this.#calls.size === 0) return
    this.#isRenewing = true
    const { stores, nodeId, settings, log } = this.#options
    const held = [...this.#calls.values()].map(({ meetingId, epoch }) => ({ meetingId, epoch }))
    try {
      const kept = await stores.leases.renew(nodeId, held, settings.leaseTtlMs)
      for (const { meetingId, epoch } of held) if (!kept.has(meetingId)) this.#lose(meetingId, epoch)
    } catch (error) {
      // Whoever cannot reach the database either cannot take the lease: serving goes on.
      if (!(error instanceof AppError)) throw error
      log.warn('leasesNotRenewed', { code: error.code })
    } finally {
      this.#isRenewing = false
    }
  }

  #lose(meetingId: MeetingId, epoch: number): void {
    const call = this.#calls.get(meetingId)
    if (call?.epoch !== epoch) return
    this.#options.log.warn('callHomeLost', { meetingId, epoch })
    this.#calls.delete(meetingId)
    this.#track(meetingId, call.close('wrong_node', 0))
  }

  #tick(): void {
    for (const call of [...this.#calls.values()]) {
      call.tick()
      if (call.isIdle()) this.#track(call.meetingId, this.#putAway(call))
    }
  }

  /** Lets go of a call: the lease is given back once everything is stored. */
  async #putAway(call: Call): Promise<void> {
    const { stores, nodeId, settings, log } = this.#options
    this.#calls.delete(call.meetingId)
    await call.close('node_closing', settings.storeTimeoutMs)
    try {
      await stores.leases.release(call.meetingId, nodeId, call.epoch)
    } catch (error) {
      // It runs out by itself.
      log.warn('leaseNotReleased', { meetingId: call.meetingId, error: String(error) })
    }
  }

  #track(meetingId: MeetingId, work: Promise<void>): void {
    const tracked = work.catch((error: unknown) =>
      this.#options.log.error('callNotClosed', { meetingId, error: String(error) }),
    )
    this.#closing.set(meetingId, tracked)
    void tracked.then(() => {
      if (this.#closing.get(meetingId) === tracked) this.#closing.delete(meetingId)
    })
  }

  #hearOffice(message: unknown): void {
    const parsed = MeetingChanged.safeParse(message)
    if (!parsed.success) this.#options.log.warn('meetingChangedMalformed')
    else if (parsed.data.part === 'plan') this.#calls.get(parsed.data.meetingId)?.planChanged()
  }

  /** What the office asks of a call; one that has no home is opened here. */
  async #answerOffice(method: string, payload: unknown): Promise<unknown> {
    switch (method) {
      case 'changeAgenda': {
        const { meetingId, ...wish } = parsedBy(callHomeRequests.changeAgenda, payload)
        await (await this.open(meetingId)).changeAgenda(wish)
        return {}
      }
      case 'endCall': {
        const { meetingId } = parsedBy(callHomeRequests.endCall, payload)
        await (await this.open(meetingId)).ending.endFromOffice()
        return {}
      }
      case 'reopenCall': {
        const { meetingId, by } = parsedBy(callHomeRequests.reopenCall, payload)
        // What ended lets go of its pages, recorder and media: it begins anew from what is stored.
        const ended = this.#calls.get(meetingId)
        if (ended?.view.phase === 'ended') this.#track(meetingId, this.#putAway(ended))
        await (await this.open(meetingId)).reopen(by)
        return {}
      }
      default:
        throw new AppError('bad_request', `no such method: ${method}`)
    }
  }

  #hearRecorder(message: unknown): void {
    const parsed = RecorderEvent.safeParse(message)
    if (!parsed.success) {
      this.#options.log.warn('recorderEventMalformed')
      return
    }
    const event = parsed.data
    if (event.type !== 'recordingFailed') return
    this.#calls.get(event.meetingId)?.recording.failed(event.recordingId, errorCodeOf(event.code))
  }

  /** Hands every call over: pages are told to connect again, what waits is stored, leases are given back. Idempotent. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true
      for (const cleanup of this.#cleanup.splice(0).toReversed()) await cleanup()
      await Promise.allSettled(this.#opening.values())
      for (const call of [...this.#calls.values()]) this.#track(call.meetingId, this.#putAway(call))
    }
    await Promise.all(this.#closing.values())
  }
}

function parsedBy<S extends z.ZodType>(schema: S, payload: unknown): z.output<S> {
  const parsed = schema.safeParse(payload)
  if (!parsed.success) throw new AppError('bad_request', 'malformed', { cause: parsed.error })
  return parsed.data
}

function errorCodeOf(code: string): ErrorCode {
  return errorCodes.find((known) => known === code) ?? 'internal'
}
