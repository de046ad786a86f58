import path from 'node:path'
import { defineConfig } from 'prisma/config'

// `generate`, `validate` and `format` are pure WebAssembly, yet Prisma's CLI insists on a schema engine, which it
// would download. Naming any program keeps it from that. Migrations are made by prisma/migration.ts.
if (['generate', 'validate', 'format'].includes(process.argv[2] ?? '')) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath
}

export default defineConfig({
  schema: path.join(import.meta.dirname, 'prisma/schema.prisma'),
})
