import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { AppError } from '#contract/errors.ts'
import { compose } from './compose.ts'
import { ComposeTask, type Report } from './composeApart.ts'

// The composing process: does one task and ends, at the latest when whoever asked is gone.

const tellEveryMs = 500

const abort = new AbortController()
process.once('disconnect', () => abort.abort(new Error('whoever asked is gone')))
let toldAtMs = -Infinity

/** Resolves when it is out, or nobody listens any more. */
function tell(report: Report): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(report, () => resolve())
    else resolve()
  })
}

async function run(task: ComposeTask): Promise<Report> {
  try {
    const { timeZone, ...rest } = task
    const composed = await compose({
      ...rest,
      ...(timeZone !== undefined && { timeZone }),
      signal: abort.signal,
      onProgress: (percent) => {
        if (performance.now() - toldAtMs < tellEveryMs) return
        toldAtMs = performance.now()
        void tell({ type: 'progress', percent })
      },
    })
    return {
      type: 'composed',
      composed: { ...composed, hasNetwork: Object.keys(networkInterfaces()).length > 0 },
    }
  } catch (error) {
    const code = error instanceof AppError ? error.code : null
    return {
      type: 'failed',
      code,
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }
  }
}

const [message] = await once(process, 'message')
await tell(await run(ComposeTask.parse(message)))
process.exit()
