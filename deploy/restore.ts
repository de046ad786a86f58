import { resolve } from 'node:path'
import { restoreBackup } from './backup/restoreBackup.ts'
import { loadConfig } from './config.ts'

// `npm run restore -- FOLDER`: puts a backup into an empty DATA_DIR (and an empty database, where DATABASE_URL names
// one). Exits with 0 when what is there then is whole.
const [folder] = process.argv.slice(2)
try {
  if (!folder) throw new Error('Say from where: npm run restore -- FOLDER')
  const { isWhole, line } = await restoreBackup(loadConfig(process.env), resolve(folder), (step) =>
    console.log(`${step} …`),
  )
  console.log(line)
  console.log(
    isWhole ? 'Restored: start the platform on it.' : 'Restored, but look into that before you use it.',
  )
  process.exitCode = isWhole ? 0 : 1
} catch (error) {
  console.error(`Not restored: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
