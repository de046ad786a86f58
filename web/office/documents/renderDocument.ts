import { Worker } from 'node:worker_threads'
import { AppError } from '#contract/errors.ts'
import type { DocumentTree } from './documentTree.ts'
import { FairQueue } from './fairQueue.ts'

export type DocumentFormat = 'pdf' | 'docx'

/** Renders documents away from the event loop, which serves calls: a long one takes seconds of CPU. */
export interface DocumentRenderer {
  /**
   * @param asker who has to wait when they ask for much; everybody else does not
   * @throws AppError document_too_long for a text beyond some 250 pages, and for one that takes more memory or time than a
   * document may; busy when too much of the asker's waits; Error when a renderer breaks
   */
  render(tree: DocumentTree, format: DocumentFormat, asker: string): Promise<Uint8Array>
}

/** Some 250 pages of text, as the tree has it: about 2,500 characters a page and what the tree says of them. */
const maxTreeLength = 1_000_000
/** What one thread may take, in MB: twice what a document of that length was seen to. */
const maxMemoryMb = 512
const keptDocuments = 8

/**
 * One thread a document, two documents at a time, askers in turn; the newest results are kept (a tree gives the same
 * bytes every time).
 * @param options.timeoutMs for one document, waiting not counted (default 10,000)
 */
export function createDocumentRenderer(options: { timeoutMs?: number } = {}): DocumentRenderer {
  const timeoutMs = options.timeoutMs ?? 10_000
  const kept = new Map<string, Promise<Uint8Array>>()
  const queue = new FairQueue({ places: 2, maxWaitingEach: 4 })
  return {
    async render(tree, format, asker) {
      const text = JSON.stringify(tree)
      if (text.length > maxTreeLength)
        throw new AppError('document_too_long', `a tree of ${text.length} characters`)
      const key = `${format}\n${text}`
      const known = kept.get(key)
      if (known) return known
      const result = queue.run(asker, () => renderInThread(tree, format, timeoutMs))
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

function renderInThread(tree: DocumentTree, format: DocumentFormat, timeoutMs: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./renderThread.ts', import.meta.url), {
      workerData: { tree, format },
      resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb },
    })
    const timer = setTimeout(() => {
      reject(new AppError('document_too_long', `a ${format} took longer than ${timeoutMs} ms`))
      void worker.terminate()
    }, timeoutMs)
    worker.once('message', (bytes: unknown) => {
      if (bytes instanceof Uint8Array) resolve(bytes)
      else reject(new Error('the render thread sent no bytes'))
    })
    worker.once('error', (error) => reject(isOutOfMemory(error) ? tooLargeFor(format, error) : error))
    worker.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`the render thread ended with code ${code}`)) // no effect after a result
    })
  })
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

function tooLargeFor(format: DocumentFormat, cause: unknown): AppError {
  return new AppError('document_too_long', `a ${format} took more than ${maxMemoryMb} MB`, { cause })
}
