import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { foundBySetup } from './config.ts'
import { softwareBill } from './softwareBill.ts'

it(
  'names what runs with versions and hashes, also what is not npm’s, and nothing of the tests',
  { timeout: 60_000 },
  () => {
    const { metadata, components } = softwareBill(join(import.meta.dirname, '..'))
    const find = (name: string) => components.find((one) => one.name === name)
    expect(metadata.component).toMatchObject({ name: 'diem-cau', type: 'application' })
    expect(find('mediasoup')?.['hashes']).toMatchObject([{ alg: 'SHA-512' }])
    expect(find('vitest')).toBeUndefined()
    expect(find('node')).toMatchObject({ version: process.versions.node })
    const worker = readFileSync(foundBySetup().mediasoupWorker ?? '')
    const content = createHash('sha256').update(worker).digest('hex')
    expect(find('mediasoup-worker')).toMatchObject({
      version: '3.27.1',
      hashes: [{ alg: 'SHA-256', content }],
    })
    expect(find('ffmpeg')?.version).toMatch(/\d/)
    expect(components.some(({ purl }) => String(purl).startsWith('pkg:deb/debian/libc6@'))).toBe(true)
  },
)
