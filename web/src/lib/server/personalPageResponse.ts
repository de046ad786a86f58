import { dispositionOf } from './downloads.ts'

/** A page of somebody's data: it runs nothing and asks nobody, whatever stands in it. */
export function personalPageResponse({
  fileName,
  body,
}: {
  fileName: string
  body: ReadableStream<Uint8Array>
}): Response {
  return new Response(body, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-disposition': dispositionOf(fileName, 'inline'),
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox allow-modals",
    },
  })
}
