import { z } from 'zod'

/**
 * RTP and DTLS parameters as pages send them. Strict in sizes and forms, because malformed ones have killed
 * workers; unknown fields and extensions are dropped, because browsers grow.
 */

const uint32 = z.number().int().min(0).max(0xffffffff)
const payloadType = z.number().int().min(0).max(127)
const mimeType = z.string().regex(/^(audio|video)\/[A-Za-z0-9.-]{1,32}$/)
const mediaKind = z.enum(['audio', 'video'])
const clockRate = z.number().int().min(8000).max(192_000)
const channels = z.number().int().min(1).max(8)

/** Names that would reach an object's prototype are refused, not dropped. */
const fmtpName = z.string().regex(/^(?!constructor$|prototype$)[A-Za-z][A-Za-z0-9_.-]{0,63}$/)
const fmtpValue = z.union([z.string().max(256), z.number().min(-2147483648).max(2147483647), z.boolean()])
const codecParameters = z.preprocess(
  (value) => value ?? {},
  z
    .unknown()
    .superRefine((value, context) => {
      // z.record skips `__proto__` silently; a client that sends it is not honest.
      if (typeof value !== 'object' || value === null) return
      const names = Object.keys(value)
      if (names.length > 16) context.addIssue('too many parameters')
      if (names.includes('__proto__')) context.addIssue('not a parameter name')
    })
    .pipe(z.record(fmtpName, fmtpValue)),
)

const rtcpFeedback = z
  .array(
    z.object({
      type: z.string().regex(/^[a-z0-9-]{1,32}$/),
      parameter: z
        .string()
        .regex(/^[a-z0-9-]{0,32}$/)
        .optional(),
    }),
  )
  .max(12)
  .optional()

/**
 * The extensions that are known to the worker and wanted. Left out: abs-capture-time (see `wantedExtensions`), and
 * video-orientation, without which a sender turns its picture itself: recordings and terminals do not turn it.
 */
const headerExtensionUris = [
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  'urn:ietf:params:rtp-hdrext:toffset',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
] as const
export type HeaderExtensionUri = (typeof headerExtensionUris)[number]

const isWanted = new Map<string, HeaderExtensionUri>(headerExtensionUris.map((uri) => [uri, uri]))

/** Whether pages may use the header extension. */
export function isWantedExtension(uri: string): boolean {
  return isWanted.has(uri)
}

/**
 * Drops extensions that the worker does not know, and abs-capture-time: with it in a producer's parameters
 * mediasoup never lets consumers of simulcast change the spatial layer.
 */
function wantedExtensions<T extends { uri: string }>(
  extensions: T[],
): (Omit<T, 'uri'> & { uri: HeaderExtensionUri })[] {
  return extensions.flatMap((extension) => {
    const uri = isWanted.get(extension.uri)
    return uri ? [{ ...extension, uri }] : []
  })
}

const extensionId = z.number().int().min(1).max(255)
const extensionUri = z.string().min(1).max(128)

/** What a page can receive (mediasoup-client's `device.recvRtpCapabilities`). */
export const RtpCapabilities = z.object({
  codecs: z
    .array(
      z.object({
        kind: mediaKind,
        mimeType,
        preferredPayloadType: payloadType,
        clockRate,
        channels: channels.optional(),
        parameters: codecParameters,
        rtcpFeedback,
      }),
    )
    .max(64),
  headerExtensions: z
    .array(
      z.object({
        kind: mediaKind,
        uri: extensionUri,
        preferredId: extensionId,
        preferredEncrypt: z.literal(false).optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(64)
    .default([])
    .transform(wantedExtensions),
})
export type RtpCapabilities = z.infer<typeof RtpCapabilities>

const hexLengths = { 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 } as const

/** The page's certificate: at least one fingerprint, of a hash that still counts. The page is the DTLS client. */
export const DtlsParameters = z.object({
  role: z.enum(['auto', 'client']).default('client'),
  fingerprints: z
    .array(
      z
        .object({
          algorithm: z.enum(['sha-256', 'sha-384', 'sha-512']),
          value: z.string().regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){31,63}$/),
        })
        .refine((print) => print.value.length === hexLengths[print.algorithm] * 3 - 1, 'wrong length')
        .transform((print) => ({ ...print, value: print.value.toUpperCase() })),
    )
    .min(1)
    .max(4),
})
export type DtlsParameters = z.infer<typeof DtlsParameters>

const encoding = z.object({
  ssrc: uint32.min(1).optional(),
  rid: z
    .string()
    .regex(/^[A-Za-z0-9]{1,16}$/)
    .optional(),
  codecPayloadType: payloadType.optional(),
  rtx: z.object({ ssrc: uint32.min(1) }).optional(),
  dtx: z.boolean().optional(),
  scalabilityMode: z
    .string()
    .regex(/^[LS][1-3]T[1-3](h|_KEY|_KEY_SHIFT)?$/)
    .optional(),
  maxBitrate: z.number().int().min(1).max(50_000_000).optional(),
})

/** What a page sends (mediasoup-client's `rtpParameters` of the `produce` event). */
export const RtpParameters = z
  .object({
    mid: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,16}$/)
      .optional(),
    codecs: z
      .array(
        z.object({
          mimeType,
          payloadType,
          clockRate,
          channels: channels.optional(),
          parameters: codecParameters,
          rtcpFeedback,
        }),
      )
      .min(1)
      .max(8),
    headerExtensions: z
      .array(z.object({ uri: extensionUri, id: extensionId, encrypt: z.literal(false).optional() }))
      .max(32)
      .default([])
      .transform(wantedExtensions),
    encodings: z.array(encoding).min(1).max(3),
    rtcp: z
      .object({
        cname: z
          .string()
          .regex(/^[\x21-\x7e]{0,255}$/)
          .optional(),
        reducedSize: z.boolean().optional(),
      })
      .optional(),
  })
  .refine((rtp) => isDistinct(rtp.codecs.map((codec) => codec.payloadType)), 'payload type used twice')
  .refine(
    (rtp) => isDistinct(rtp.headerExtensions.map((extension) => extension.id)),
    'extension id used twice',
  )
  .refine(
    (rtp) =>
      isDistinct(rtp.encodings.flatMap((e) => [e.ssrc, e.rtx?.ssrc]).filter((ssrc) => ssrc !== undefined)),
    'SSRC used twice',
  )
  .refine(
    (rtp) => isDistinct(rtp.encodings.map((e) => e.rid).filter((rid) => rid !== undefined)),
    'RID used twice',
  )
  .refine(
    (rtp) => rtp.encodings.every((e) => e.ssrc !== undefined || e.rid !== undefined),
    'encoding unnamed',
  )
export type RtpParameters = z.infer<typeof RtpParameters>

function isDistinct(values: (string | number)[]): boolean {
  return new Set(values).size === values.length
}
