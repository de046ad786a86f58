import { Worker } from 'node:worker_threads'
import { AppError } from '#contract/errors.ts'
import type { DocumentTree } from './documentTree.ts'

export type DocumentFormat = 'pdf' | 'docx'

/** Renders documents away from the event loop, which serves calls: a long one takes seconds of CPU. */
export interface DocumentRenderer {
  /** @throws AppError timeout when it takes longer than `timeoutMs`; Error when a renderer breaks */
  render(tree: DocumentTree, format: DocumentFormat): Promise<Uint8Array>
}

/**
 * One thread a document, one document at a time; the newest results are kept (a tree gives the same bytes every time).
 * @param options.timeoutMs for one document, waiting not counted (default 60,000)
 */
export function createDocumentRenderer(options: { timeoutMs?: number } = {}): DocumentRenderer {
  const timeoutMs = options.timeoutMs ?? 60_000
  const kept = new Map<string, Promise<Uint8Array>>()
  let last: Promise<unknown> = Promise.resolve()
  return {
    render(tree, format) {
      const key = `${format}\n${JSON.stringify(tree)}`
      const known = kept.get(key)
      if (known) return known
      const result = last.then(() => renderInThread(tree, format, timeoutMs))
      last = result.catch(() => undefined) // the next in line does not care; whoever asked is told
      kept.set(key, result)
      result.catch(() => kept.delete(key)) // a failure is not kept; whoever asked is told
      for (const oldest of kept.keys()) {
        if (kept.size <= keptDocuments) break
        kept.delete(oldest)
      }
      return result
    },
  }
}

const keptDocuments = 8

function renderInThread(tree: DocumentTree, format: DocumentFormat, timeoutMs: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./renderThread.ts', import.meta.url), { workerData: { tree, format } })
    const timer = setTimeout(() => {
      reject(new AppError('timeout', `a ${format} took longer than ${timeoutMs} ms`))
      void worker.terminate()
    }, timeoutMs)
    worker.once('message', (bytes: unknown) => {
      if (bytes instanceof Uint8Array) resolve(bytes)
      else reject(new Error('the render thread sent no bytes'))
    })
    worker.once('error', reject)
    worker.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`the render thread ended with code ${code}`)) // no effect after a result
    })
  })
}
