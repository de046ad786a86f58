import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { repoDir } from './paths.ts'
import { generateCMakeLists, mendedFiles, mendSource, readMesonList, replaceOnce } from './workerSources.ts'

const workerDir = path.join(repoDir, 'node_modules/mediasoup/worker')
const read = (file: string) => readFileSync(path.join(workerDir, file), 'utf8')

test('a meson list is read with what is added to it under a condition, without comments', () => {
  const meson = `sources = [
  'src/a.cpp', # not 'src/x.cpp'
  'src/b.cpp',
]
other_sources = [ 'src/other.cpp' ]
if not get_option('x')
  sources += ['src/c.cpp']
endif`
  expect(readMesonList(meson, 'sources')).toEqual(['src/a.cpp', 'src/b.cpp', 'src/c.cpp'])
})

test('a meson list that is absent, empty, or more than file names is refused', () => {
  expect(() => readMesonList(`others = ['a']`, 'sources')).toThrow('sources was not found')
  expect(() => readMesonList(`sources += ['a']`, 'sources')).toThrow('sources was not found')
  expect(() => readMesonList(`sources = []`, 'sources')).toThrow('sources was not found')
  expect(() => readMesonList(`sources = [ files('a') ]`, 'sources')).toThrow('more than file names')
})

test('a replacement that is not found exactly once is refused, and `$` in it is not special', () => {
  expect(replaceOnce('a b c', 'b', '$&$1', 'f')).toBe('a $&$1 c')
  expect(() => replaceOnce('a c', 'b', 'x', 'f.cpp')).toThrow(
    'f.cpp: expected `b` exactly once, found it 0 times',
  )
  expect(() => replaceOnce('b b', 'b', 'x', 'f.cpp')).toThrow('found it 2 times')
})

test('the pinned mediasoup’s sources have what is mended exactly once; others are refused', () => {
  for (const file of mendedFiles) {
    expect(mendSource(file, read(file)), file).not.toBe(read(file))
    expect(() => mendSource(file, '')).toThrow('found it 0 times')
  }
  expect(mendSource('src/RTC/DtlsTransport.cpp', read('src/RTC/DtlsTransport.cpp'))).toContain(
    '((operationType & BIO_CB_RETURN) != 0) ? static_cast<long>(ret) : 1',
  )
})

test('the pinned mediasoup’s lists fill the CMake template, with the mended sources instead of the originals', () => {
  const template = readFileSync(
    path.join(import.meta.dirname, 'mediasoupWorker/CMakeLists.txt.template'),
    'utf8',
  )
  const cmake = generateCMakeLists(template, {
    workerDir,
    mendedDir: '/mended',
    compatDir: '/compat',
    meson: {
      worker: read('meson.build'),
      libwebrtc: read('deps/libwebrtc/meson.build'),
      schemas: read('fbs/meson.build'),
    },
    isLittleEndian: true,
  })
  expect(cmake).not.toMatch(/@[A-Z]+@/)
  for (const file of mendedFiles.filter((name) => name.endsWith('.cpp'))) {
    expect(cmake).toContain(`"\${MENDED}/${file}"`)
    expect(cmake).not.toContain(`"\${WORKER}/${file}"`)
  }
  expect(cmake).toContain('"${WORKER}/src/main.cpp"')
  expect(cmake).toContain('"${WORKER}/src/RTC/TransportCongestionControlClient.cpp"')
  expect(cmake).toContain('"${WORKER}/deps/libwebrtc/libwebrtc/call/rtp_transport_controller_send.cc"')
  expect(cmake).toContain('  "worker.fbs"')
  expect(cmake).toContain('MS_LITTLE_ENDIAN')
  const sources = [...cmake.matchAll(/"\$\{(WORKER|MENDED)\}(\/\S+\.(?:cpp|cc))"/g)]
  expect(sources.length).toBeGreaterThan(200)
  expect(new Set(sources.map((match) => match[2])).size).toBe(sources.length)
})
