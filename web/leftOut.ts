import type { Plugin, Rollup } from 'vite'

interface Part {
  /** The library that imports it, and by which name. */
  importer: string
  source: string
  /** What it gets instead. */
  code: string
}

/**
 * Parts of libraries that no page of ours can reach: WebTransport, what Node connects with, mediasoup-client's halves
 * for React Native, for Chromium before 111, for data channels and for its own tests, and the printing of debug lines.
 */
const parts: readonly Part[] = [
  {
    importer: '/engine.io-client/',
    source: './transports/index.js',
    code: "import { WS } from './engine/websocket'\nexport const transports = { websocket: WS }",
  },
  {
    importer: '/engine.io-client/',
    source: './transports/polling-xhr.node.js',
    code: 'export const XHR = null',
  },
  { importer: '/engine.io-client/', source: './transports/polling-xhr.js', code: 'export const XHR = null' },
  {
    importer: '/signalling/',
    source: './polls.ts',
    code: `export const loadPolls = async () => (await import(${JSON.stringify('./engine/polling-xhr')})).XHR`,
  },
  { importer: '/mediasoup-client/', source: './handlers/ReactNative106', code: 'export {}' },
  { importer: '/mediasoup-client/', source: './handlers/Chrome74', code: 'export {}' },
  // Those of other browsers are loaded by name: newDevice.ts.
  { importer: '/mediasoup-client/', source: './handlers/Firefox120', code: 'export {}' },
  { importer: '/mediasoup-client/', source: './handlers/Safari12', code: 'export {}' },
  { importer: '/mediasoup-client/', source: './DataProducer', code: 'export {}' },
  { importer: '/mediasoup-client/', source: './DataConsumer', code: 'export {}' },
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
    async resolveId(source, importer) {
      const transport = /^\.\/engine\/(websocket|polling-xhr)$/.exec(source)?.[1]
      if (transport) return this.resolve(`./transports/${transport}.js`, await engineOf(this, importer))
      const part = parts.find((one) => one.source === source && importer?.includes(one.importer))
      return part && importer ? `${prefix}${importer}?${parts.indexOf(part)}` : null
    },
    load(id) {
      if (!id.startsWith(prefix)) return null
      return parts[Number(id.slice(id.lastIndexOf('?') + 1))]?.code
    },
  }
}

/** Where engine.io's client lies, whoever imports a part of it. */
async function engineOf(build: Rollup.PluginContext, importer = ''): Promise<string | undefined> {
  const from = importer.startsWith(prefix) ? importer.slice(prefix.length) : importer
  return (await build.resolve('engine.io-client', from.replace(/\?\d+$/, '')))?.id
}
