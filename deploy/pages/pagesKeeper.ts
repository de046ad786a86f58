import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Log } from '#contract/log.ts'
import type { NodeConfig } from '../config.ts'
import type { Secrets } from '../secrets.ts'

/** What the process of the pages opens. */
export interface PagesSetup {
  config: NodeConfig
  /** Signs cookies. */
  secrets: Secrets
  databaseUrl: string
  /** Of the bus that the parent shares; not looked at when there is a Redis. */
  busPath: string
  /** The socket file on which it takes requests. */
  httpPath: string
}

/** What the process of the pages is told. */
export type ToPages = { is: 'open'; setup: PagesSetup } | { is: 'ping' } | { is: 'close' }
/** What it tells. */
export interface FromPages {
  is: 'ready' | 'pong'
}

/** Where on the bus a node's process of the pages answers with its metrics. */
export function pagesAddress(nodeId: string): string {
  return `pages:${nodeId}`
}

const minRestartMs = 100
const maxRestartMs = 10_000
/** After a life of this length a death is a first one again. */
const steadyMs = 60_000
/** A process that leaves this many pings unanswered, one after the other, turns in a circle: a minute. */
const maxUnanswered = 6
/** Longer than the process itself allows its end to take. */
const killAfterMs = 8_000

/**
 * Keeps the pages in a process of their own: no page is rendered on the event loop that carries calls. It is started
 * again when it dies, ever more slowly, and ends with us, however we end. One that lives and answers nothing any more is
 * ended. Its log goes where ours goes.
 *
 * starting → ready → (died → starting)* → closed
 */
export class PagesKeeper {
  readonly #log: Log
  readonly #script: string
  #child: ChildProcess
  #setup: PagesSetup | null = null
  #isReady = false
  #startedAtMs = 0
  #deaths = 0
  #unanswered = 0
  readonly #pings: NodeJS.Timeout
  #restart: NodeJS.Timeout | undefined
  #closing: Promise<void> | null = null
  #first = Promise.withResolvers<void>()

  /** Starts the process, which loads its code while its database is still being opened. */
  constructor(log: Log, script = join(import.meta.dirname, 'pagesProcess.ts'), pingEveryMs = 10_000) {
    this.#log = log
    this.#script = script
    this.#first.promise.catch(() => undefined) // `open` tells whoever opens
    this.#child = this.#start()
    this.#pings = setInterval(() => this.#ping(), pingEveryMs).unref()
  }

  /**
   * Opens the pages; resolves once they answer.
   * @throws Error when the process ends first: what is wrong then is wrong for good
   */
  async open(setup: PagesSetup): Promise<void> {
    this.#setup = setup
    if (this.#child.exitCode === null && this.#child.signalCode === null)
      tell(this.#child, { is: 'open', setup })
    else this.#first.reject(new Error('The pages ended before they were opened'))
    await this.#first.promise
  }

  /** Whether they answer now. */
  isReady(): boolean {
    return this.#isReady
  }

  #start(): ChildProcess {
    this.#startedAtMs = performance.now()
    const child = fork(this.#script, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    child.on('message', (message: FromPages) => {
      this.#unanswered = 0
      if (message.is !== 'ready') return
      this.#isReady = true
      const afterMs = Math.round(performance.now() - this.#startedAtMs)
      this.#log.info('pagesStarted', { pid: child.pid, afterMs })
      this.#first.resolve()
    })
    child.on('error', (error) => this.#log.error('pagesFailed', { error: error.message }))
    child.once('exit', (code, signal) => this.#onExit(code, signal))
    return child
  }

  #ping(): void {
    if (!this.#isReady || this.#closing) return
    if (this.#unanswered++ < maxUnanswered) return tell(this.#child, { is: 'ping' })
    this.#log.error('pagesHung', { pid: this.#child.pid })
    this.#child.kill('SIGKILL')
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    const wasReady = this.#isReady
    const livedMs = Math.round(performance.now() - this.#startedAtMs)
    this.#isReady = false
    if (this.#closing) return
    this.#log.error('pagesDied', { code, signal, livedMs })
    this.#first.reject(new Error(`The pages ended with ${signal ?? `code ${code}`}; why stands above`))
    const setup = this.#setup
    if (!setup || (!wasReady && this.#deaths === 0)) return // never was there: `open` tells
    this.#deaths = livedMs > steadyMs ? 1 : this.#deaths + 1
    const delayMs = Math.min(minRestartMs * 2 ** (this.#deaths - 1), maxRestartMs)
    this.#restart = setTimeout(() => {
      this.#child = this.#start()
      tell(this.#child, { is: 'open', setup })
    }, delayMs)
  }

  /** Ends the process in good order, and waits for it. Idempotent. */
  close(): Promise<void> {
    return (this.#closing ??= this.#end(this.#child))
  }

  async #end(child: ChildProcess): Promise<void> {
    clearTimeout(this.#restart)
    clearInterval(this.#pings)
    this.#first.reject(new Error('The pages were closed'))
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    tell(child, { is: 'close' })
    const timer = setTimeout(() => {
      this.#log.error('pagesKilled', { pid: child.pid })
      child.kill('SIGKILL')
    }, killAfterMs)
    await ended
    clearTimeout(timer)
  }
}

/** A process that is just dying hears nothing; its end is seen to by whoever waits for it. */
function tell(child: ChildProcess, message: ToPages): void {
  if (child.connected) child.send(message, () => undefined)
}
