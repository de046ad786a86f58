import { pageErrorOf } from '#web/server/appErrors.ts'
import { byteRangeOf, dispositionOf } from '#web/server/downloads.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { RequestHandler } from './$types'

/** A recording, whole or a range of it: seeking in the player asks for ranges (206; 416 past the end). */
export const GET: RequestHandler = async ({ locals, params, request, url }) => {
  const viewer = viewerIn(locals)
  const { recordings } = services()
  const asked = byteRangeOf(request.headers.get('range'))
  const sizeOf = async (): Promise<number> => {
    const whole = await recordings.open(viewer, params.id, { start: 0, end: 0 })
    await whole.body.cancel()
    return whole.sizeBytes
  }
  let range: { start: number; end?: number } | undefined
  if (asked && 'suffix' in asked) {
    const sizeBytes = await sizeOf()
    if (asked.suffix === 0) return unsatisfiable(sizeBytes)
    range = { start: Math.max(0, sizeBytes - asked.suffix) }
  } else if (asked) {
    range = asked
  }
  let opened: Awaited<ReturnType<typeof recordings.open>>
  try {
    opened = await recordings.open(viewer, params.id, range)
  } catch (thrown) {
    // Past the end: the storage calls it a bad request and says the size; anything else is what it is.
    const known = pageErrorOf(thrown)
    if (range && known?.code === 'bad_request') return unsatisfiable(Number(known.detail?.sizeBytes ?? 0))
    throw thrown
  }
  const { body, start, end, sizeBytes, fileName } = opened
  const headers = new Headers({
    'content-type': 'video/mp4',
    'content-length': String(end - start + 1),
    'accept-ranges': 'bytes',
    'content-disposition': dispositionOf(
      fileName,
      url.searchParams.has('download') ? 'attachment' : 'inline',
    ),
  })
  if (range) headers.set('content-range', `bytes ${start}-${end}/${sizeBytes}`)
  return new Response(body, { status: range ? 206 : 200, headers })
}

function unsatisfiable(sizeBytes: number): Response {
  return new Response(null, {
    status: 416,
    headers: { 'content-range': `bytes */${sizeBytes}`, 'accept-ranges': 'bytes' },
  })
}
