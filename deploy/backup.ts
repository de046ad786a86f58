import { resolve } from 'node:path'
import { makeBackup } from './backup/makeBackup.ts'
import { loadConfig } from './config.ts'

// `npm run backup -- FOLDER`: copies all that the platform keeps into a new folder, with its settings, while it runs.
const [folder] = process.argv.slice(2)
try {
  if (!folder) throw new Error('Say where to: npm run backup -- FOLDER (one that does not exist yet)')
  const startedAtMs = Date.now()
  const { files } = await makeBackup(loadConfig(process.env), resolve(folder), (line) =>
    console.log(`${line} …`),
  )
  const sizes = Object.values(files).map(({ sizeBytes }) => sizeBytes)
  const megabytes = Math.ceil(sizes.reduce((sum, bytes) => sum + bytes, 0) / 1_000_000)
  const seconds = Math.ceil((Date.now() - startedAtMs) / 1000)
  console.log(`${resolve(folder)} is a backup: ${sizes.length} files, ${megabytes} MB, made in ${seconds} s.`)
  console.log(
    'It holds the secret that signs cookies and all that was said: keep it as you keep the platform itself.',
  )
} catch (error) {
  console.error(`There is no backup: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
