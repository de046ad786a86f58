import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

/** The module that Vite's build imports wherever it finds an `import()`. */
const ofVite = '\0vite/preload-helper.js'

/** Puts our way of loading a part of the pages in place of Vite's, which gives up at the first failure. */
export function lastingImports(): Plugin {
  let isUsed = false
  return {
    name: 'lasting-imports',
    enforce: 'pre',
    applyToEnvironment: (environment) => environment.name === 'client',
    resolveId(source) {
      if (source !== ofVite) return null
      isUsed = true
      return fileURLToPath(new URL('src/lib/shell/lastingImport.ts', import.meta.url))
    },
    generateBundle() {
      if (!isUsed) throw new Error(`no ${ofVite}: another Vite needs another way`)
    },
  }
}
