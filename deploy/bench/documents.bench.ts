import { conferenceMinutes } from '#office/documents/testing/testMinutes.ts'
import { minutesDocument } from '#office/documents/minutesDocument.ts'
import { createDocumentRenderer, type DocumentFormat } from '#office/documents/renderDocument.ts'
import { median, type Benchmark, type Metric } from './metric.ts'

const sites = 150
const samples = 5

/** Minutes of a conference of 150 sites as whoever downloads them waits for them: a fresh thread for each document. */
export const run: Benchmark = async (say) => {
  const metrics: Metric[] = []
  for (const format of ['pdf', 'docx'] as const) {
    const times: number[] = []
    let sizeBytes = 0
    for (let sample = 0; sample < samples; sample++) {
      const rendered = await render(format, sample)
      times.push(rendered.ms)
      sizeBytes = rendered.sizeBytes
    }
    const name = format.toUpperCase()
    say(`${name}: ${times.map((ms) => Math.round(ms)).join(', ')} ms`)
    metrics.push(
      { metric: `${name} of ${sites} sites`, value: median(times), unit: 'ms', goal: null, better: 'lower' },
      { metric: `${name} size`, value: sizeBytes / 1024, unit: 'KiB', goal: null, better: 'lower' },
    )
  }
  return metrics
}

async function render(format: DocumentFormat, number: number): Promise<{ ms: number; sizeBytes: number }> {
  // The renderer keeps what it made: each sample is another document.
  const content = { ...conferenceMinutes(sites), docNumber: String(number + 1) }
  const tree = minutesDocument(content, 'published')
  const startedAtMs = performance.now()
  const bytes = await createDocumentRenderer().render(tree, format, 'bench')
  return { ms: performance.now() - startedAtMs, sizeBytes: bytes.length }
}
