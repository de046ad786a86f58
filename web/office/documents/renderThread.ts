import { parentPort, workerData } from 'node:worker_threads'
import type { DocumentTree } from './documentTree.ts'
import type { DocumentFormat } from './renderDocument.ts'

// The thread of `renderDocument.ts`: one document, then it ends. Its only caller hands over what the types say.
const { tree, format } = workerData as { tree: DocumentTree; format: DocumentFormat }
const render =
  format === 'pdf' ? (await import('./pdf.ts')).renderPdf : (await import('./docx.ts')).renderDocx
parentPort?.postMessage(await render(tree))
