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

/** Connections of a worker's TCP port that nobody was answered on; each may hold a buffer of 64 KiB. */
export const maxTcpNewcomers = 512

/** Pairs of what is replaced, each to be found exactly once, and what stands there then. */
type Replacements = readonly (readonly [search: string, replacement: string])[]

/**
 * What is mended in the worker's sources before they are compiled; by their path in mediasoup's `worker/`.
 *
 * - `DtlsTransport`, for an OpenSSL with kernel TLS, such as Debian's: it asks the BIO whether it can do that, and the
 *   callback answered 1 for every operation but a bare BIO_CB_RETURN, which never comes alone. The worker then crashed
 *   at the first DTLS handshake.
 * - `TcpServerHandle`: a connection that belongs to no transport was kept for ever. Nothing is ever sent on it, since
 *   only a STUN request for a known transport is answered; when there are too many of such, the oldest ends. A page
 *   asks in its first round trip and so outlives a flood.
 * - `ProbationGenerator`: all transports of a worker wrote their probes in one buffer, and each new transport put a
 *   random sequence number into it. For about half of these SRTP took the probes of all the others for old ones
 *   ("replay check failed") and they were not sent, so that nobody's estimate of the downlink rose any more.
 */
const mends: Readonly<Record<string, Replacements>> = {
  'src/RTC/DtlsTransport.cpp': [
    ['(operationType == BIO_CB_RETURN)', '((operationType & BIO_CB_RETURN) != 0)'],
  ],
  'include/handles/TcpServerHandle.hpp': [
    ['#include <string>', '#include <deque>\n#include <string>'],
    [
      'ankerl::unordered_dense::set<TcpConnectionHandle*> connections;',
      `ankerl::unordered_dense::set<TcpConnectionHandle*> connections;
	// Those on which nothing was sent yet, the oldest first.
	std::deque<TcpConnectionHandle*> newcomers;`,
    ],
  ],
  'src/handles/TcpServerHandle.cpp': [
    [
      'this->connections.insert(connection);',
      `this->connections.insert(connection);
	std::erase_if(this->newcomers, [](const auto* one) { return one->GetSentBytes() > 0; });
	this->newcomers.push_back(connection);

	// Each may hold a buffer of 64 KiB.
	if (this->newcomers.size() > 512)
	{
		auto* oldest = this->newcomers.front();

		this->newcomers.pop_front();
		oldest->TriggerClose();
	}`,
    ],
    [
      'this->connections.erase(connection);',
      `this->connections.erase(connection);
	std::erase(this->newcomers, connection);`,
    ],
  ],
  'include/RTC/RTP/ProbationGenerator.hpp': [
    [
      'std::unique_ptr<RTP::Packet> probationPacket;',
      `alignas(4) uint8_t probationPacketBuffer[ProbationPacketMaxLength]{};
			std::unique_ptr<RTP::Packet> probationPacket;`,
    ],
  ],
  'src/RTC/RTP/ProbationGenerator.cpp': [
    [
      'static thread_local uint8_t ProbationPacketBuffer[ProbationGenerator::ProbationPacketMaxLength];\n',
      '',
    ],
    ['std::memset(ProbationPacketBuffer, 0x00, sizeof(ProbationPacketBuffer));\n', ''],
    [
      'RTP::Packet::Factory(ProbationPacketBuffer, sizeof(ProbationPacketBuffer))',
      'RTP::Packet::Factory(this->probationPacketBuffer, sizeof(this->probationPacketBuffer))',
    ],
  ],
}

/** The sources to mend, by their path in mediasoup's `worker/`. */
export const mendedFiles: readonly string[] = Object.keys(mends)

/** The mended text of one of them. Throws when it is not the text that is known. */
export function mendSource(file: string, source: string): string {
  return (mends[file] ?? []).reduce(
    (text, [search, replacement]) => replaceOnce(text, search, replacement, file),
    source,
  )
}

/** What the CMake template needs to know; folders are absolute. */
interface WorkerProject {
  /** mediasoup's `worker/` folder. */
  workerDir: string
  /** The folder of the mended sources, each at its path in `workerDir`. */
  mendedDir: string
  /** The folder of the stand-in headers. */
  compatDir: string
  /** The texts of the worker's meson.build, of deps/libwebrtc/meson.build and of fbs/meson.build. */
  meson: { worker: string; libwebrtc: string; schemas: string }
  isLittleEndian: boolean
}

/** Fills the CMake template in. Throws when one of meson's lists changed its shape. */
export function generateCMakeLists(template: string, project: WorkerProject): string {
  const sources = [
    ...[...readMesonList(project.meson.worker, 'common_sources'), 'src/main.cpp'].map(
      (source) => `\${${mendedFiles.includes(source) ? 'MENDED' : 'WORKER'}}/${source}`,
    ),
    ...readMesonList(project.meson.libwebrtc, 'libwebrtc_sources').map(
      (source) => '${WORKER}/deps/libwebrtc/' + source,
    ),
  ]
  const values: Record<string, string> = {
    WORKER: project.workerDir,
    MENDED: project.mendedDir,
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
