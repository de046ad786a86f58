/**
 * The entries of a list of string literals in a meson.build file: `name = [ … ]`, and the lists added to it with
 * `name += [ … ]` under any condition. Throws when the list is not there or holds anything else than literals.
 */
export function readMesonList(mesonBuild: string, name: string): string[] {
  const entries: string[] = []
  let isAssigned = false
  for (const match of mesonBuild.matchAll(
    new RegExp(`^[ \\t]*${name}[ \\t]*(\\+?=)[ \\t]*\\[([^\\]]*)\\]`, 'gm'),
  )) {
    isAssigned ||= match[1] === '='
    const body = (match[2] ?? '').replace(/#.*$/gm, '')
    if (body.replace(/'[^'\n]*'/g, '').replace(/[\s,]/g, '') !== '') {
      throw new Error(`meson.build: the list ${name} holds more than file names`)
    }
    for (const entry of body.matchAll(/'([^'\n]*)'/g)) entries.push(entry[1] ?? '')
  }
  if (!isAssigned || entries.length === 0) throw new Error(`meson.build: the list ${name} was not found`)
  return entries
}

/** Replaces `search`, which must occur exactly once; `file` names the source in the error. */
export function replaceOnce(source: string, search: string, replacement: string, file: string): string {
  const count = source.split(search).length - 1
  if (count !== 1) throw new Error(`${file}: expected \`${search}\` exactly once, found it ${count} times`)
  return source.replace(search, () => replacement)
}

const bioCallbackTest = '(operationType == BIO_CB_RETURN)'

/**
 * The worker's `src/RTC/DtlsTransport.cpp` mended for an OpenSSL with kernel TLS, such as Debian's: it asks the BIO
 * whether it can do that, and the callback answered 1 for every operation but a bare BIO_CB_RETURN, which never
 * comes alone. The worker then crashed at the first DTLS handshake. Throws when the line is not found exactly once.
 */
export function patchDtlsTransport(source: string): string {
  return replaceOnce(
    source,
    bioCallbackTest,
    '((operationType & BIO_CB_RETURN) != 0)',
    'src/RTC/DtlsTransport.cpp',
  )
}

/** What the CMake template needs to know; folders are absolute. */
interface WorkerProject {
  /** mediasoup's `worker/` folder. */
  workerDir: string
  /** The folder of the patched DtlsTransport.cpp. */
  patchedDir: string
  /** The folder of the stand-in headers. */
  compatDir: string
  /** The texts of the worker's meson.build, of deps/libwebrtc/meson.build and of fbs/meson.build. */
  meson: { worker: string; libwebrtc: string; schemas: string }
  isLittleEndian: boolean
}

/** Fills the CMake template in. Throws when one of meson's lists changed its shape. */
export function generateCMakeLists(template: string, project: WorkerProject): string {
  const patchedSource = 'src/RTC/DtlsTransport.cpp'
  const workerSources = [...readMesonList(project.meson.worker, 'common_sources'), 'src/main.cpp']
  if (!workerSources.includes(patchedSource)) throw new Error(`meson.build: ${patchedSource} is not a source`)
  const sources = [
    '${PATCHED}/DtlsTransport.cpp',
    ...workerSources.filter((source) => source !== patchedSource).map((source) => '${WORKER}/' + source),
    ...readMesonList(project.meson.libwebrtc, 'libwebrtc_sources').map(
      (source) => '${WORKER}/deps/libwebrtc/' + source,
    ),
  ]
  const values: Record<string, string> = {
    WORKER: project.workerDir,
    PATCHED: project.patchedDir,
    COMPAT: project.compatDir,
    SCHEMAS: readMesonList(project.meson.schemas, 'flatbuffers_schemas')
      .map((schema) => `  "${schema}"`)
      .join('\n'),
    SOURCES: sources.map((source) => `  "${source}"`).join('\n'),
    ENDIAN: project.isLittleEndian ? 'MS_LITTLE_ENDIAN' : 'MS_BIG_ENDIAN',
  }
  return template.replace(/@([A-Z]+)@/g, (placeholder, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`CMakeLists.txt.template: unknown placeholder ${placeholder}`)
    return value
  })
}
