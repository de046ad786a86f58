import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { softwareBill } from './softwareBill.ts'

// `npm run sbom -- FILE`: what runs here and of which versions, as CycloneDX; without a file on standard output.
const text = `${JSON.stringify(softwareBill(join(import.meta.dirname, '..')), null, 2)}\n`
const [file] = process.argv.slice(2)
if (file === undefined) process.stdout.write(text)
else writeFileSync(resolve(file), text)
