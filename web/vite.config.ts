import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig, type Rolldown } from 'vite'
import { lastingImports } from './lastingImports.ts'
import { leftOut } from './leftOut.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// The adapter reads package.json in the working folder, whichever folder the build was started from.
if (isMainThread) process.chdir(here('..'))

/** The icons that a call shows are one file. */
function iconsOfCalls(id: string, context: Rolldown.ChunkingContext): string | null {
  if (!id.includes('/@lucide/svelte/dist/icons/')) return null
  const importersOf = (module: string): string[] => context.getModuleInfo(module)?.importers ?? []
  // Each icon is a component and a module that hands it on.
  const users = [...importersOf(id), ...importersOf(id).flatMap(importersOf)]
  return users.some((user) => user.includes('/lib/call/')) ? 'call-icons' : null
}

/** Small modules without imports that the call's page shares with parts of it that come later are one file. */
const sharedInCalls = [
  'contract/room/speaking',
  'call/serverAddress',
  'call/media/statsMeter',
  'call/media/effects/wantedEffects',
]
function smallOfCalls(id: string): string | null {
  return sharedInCalls.some((module) => id.endsWith(`/${module}.ts`)) ? 'call-shared' : null
}

/**
 * The pages. Built from the repository's root (`vite build web`) into `web/build`, whose `handler.js` is mounted
 * in our own HTTP server by way of `web/pages.ts`.
 */
export default defineConfig({
  root: here('.'),
  // The first versions with light-dark() in style sheets, which the tokens rest on.
  build: {
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // What mediasoup-client says to `debug`, which leftOut.ts leaves out.
    rolldownOptions: {
      treeshake: { manualPureFunctions: ['logger.debug', 'logger.warn', 'logger.error'] },
    },
  },
  environments: {
    client: {
      build: {
        rolldownOptions: {
          // Some forty icons, each a file of 200 bytes with a request of its own, weigh half as much as one.
          output: {
            codeSplitting: {
              groups: [
                { name: iconsOfCalls, debugName: 'icons' },
                { name: smallOfCalls, debugName: 'shared' },
              ],
            },
          },
        },
      },
    },
  },
  plugins: [
    leftOut(),
    lastingImports(),
    sveltekit({
      // The prefix keeps the adapter away from names like HOST and PORT, which are deploy/config.ts's to read.
      adapter: adapter({ out: here('build'), precompress: true, envPrefix: 'DIEM_CAU_PAGES_' }),
      csp: {
        mode: 'nonce',
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          'style-src': ['self'],
          // Widths of progress bars and places in a grid are attributes; nothing in them comes from people.
          'style-src-attr': ['unsafe-inline'],
          'img-src': ['self', 'data:', 'blob:'],
          'font-src': ['self'],
          // hooks.server.ts adds this host's own ws(s): origin for browsers in which 'self' does not cover it.
          'connect-src': ['self'],
          'media-src': ['self', 'blob:'],
          'worker-src': ['self', 'blob:'],
          'frame-ancestors': ['none'],
          'frame-src': ['none'],
          'object-src': ['none'],
          'base-uri': ['self'],
          'form-action': ['self'],
        },
      },
      // No trusted origins: a form from elsewhere is refused.
      csrf: { trustedOrigins: [] },
      paths: { relative: false },
    }),
  ],
})
