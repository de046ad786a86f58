import type { Plugin } from 'vite'

interface Part {
  /** The library that imports it, and by which name. */
  importer: string
  source: string
  /** What it gets instead. */
  code: string
}

/**
 * Parts of libraries that no page of ours can reach: WebTransport, what Node connects with, mediasoup-client's halves
 * for React Native, for Chromium before 111 and for its own tests, and the printing of debug lines.
 */
const parts: readonly Part[] = [
  {
    importer: '/engine.io-client/',
    source: './transports/index.js',
    code:
      "import { WS } from 'engine.io-client/websocket'\nimport { XHR } from 'engine.io-client/polling-xhr'\n" +
      'export const transports = { websocket: WS, polling: XHR }',
  },
  {
    importer: '/engine.io-client/',
    source: './transports/polling-xhr.node.js',
    code: 'export const XHR = null',
  },
  { importer: '/mediasoup-client/', source: './handlers/ReactNative106', code: 'export {}' },
  { importer: '/mediasoup-client/', source: './handlers/Chrome74', code: 'export {}' },
  { importer: '/mediasoup-client/', source: './handlers/FakeHandler', code: 'export {}' },
  { importer: '/mediasoup-client/', source: './test/fakeParameters', code: 'export {}' },
  { importer: '/node_modules/', source: 'debug', code: 'export default () => () => undefined' },
]

const prefix = '\0left-out:'

/** Keeps these parts out of what browsers load: some kilobytes before a call's first picture. */
export function leftOut(): Plugin {
  return {
    name: 'left-out',
    enforce: 'pre',
    applyToEnvironment: (environment) => environment.name === 'client',
    resolveId(source, importer) {
      const transport = /^engine\.io-client\/(websocket|polling-xhr)$/.exec(source)?.[1]
      if (transport) return this.resolve(`./transports/${transport}.js`, importer?.slice(prefix.length))
      const part = parts.find((one) => one.source === source && importer?.includes(one.importer))
      return part && importer ? `${prefix}${importer}?${parts.indexOf(part)}` : null
    },
    load(id) {
      if (!id.startsWith(prefix)) return null
      return parts[Number(id.slice(id.lastIndexOf('?') + 1))]?.code
    },
  }
}
