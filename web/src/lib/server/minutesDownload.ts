import { dispositionOf } from './downloads.ts'
import type { Viewer } from '#office/access.ts'
import { services } from './services.ts'

/** Answers a request for the minutes as a file. */
export async function minutesDownload(
  viewer: Viewer,
  meetingId: string,
  format: 'pdf' | 'docx',
): Promise<Response> {
  const { fileName, contentType, bytes } = await services().minutes.file(viewer, meetingId, format)
  return new Response(new Uint8Array(bytes), {
    headers: { 'content-type': contentType, 'content-disposition': dispositionOf(fileName) },
  })
}
