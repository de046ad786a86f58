import { request } from 'node:http'
import { text } from 'node:stream/consumers'

/** Asks the platform as a browser would, without one; redirects are not followed. */
export async function ask(
  url: string,
  path: string,
  options: {
    method?: string
    cookie?: string
    headers?: Record<string, string>
    body?: string | Uint8Array<ArrayBuffer>
  } = {},
): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(`${url}${path}`, {
    method: options.method ?? 'GET',
    redirect: 'manual',
    headers: { ...(options.cookie ? { cookie: options.cookie } : {}), ...options.headers },
    ...(options.body === undefined ? {} : { body: options.body }),
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** Sends a form as a page of the platform itself does, or of the origin that is named. */
export async function sendForm(
  url: string,
  path: string,
  fields: Record<string, string>,
  options: { cookie?: string; origin?: string; headers?: Record<string, string> } = {},
) {
  return await ask(url, path, {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    ...(options.cookie === undefined ? {} : { cookie: options.cookie }),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: options.origin ?? new URL(url).origin,
      accept: 'text/html',
      ...options.headers,
    },
  })
}

/** The Cookie header for what an answer set. */
export function cookiesOf(headers: Headers): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

/** Begins to send a form, as a page of the platform itself does; what is left of it goes with `finish`. */
export function beginForm(
  url: string,
  path: string,
  fields: Record<string, string>,
  { cookie }: { cookie: string },
): { finish(): Promise<{ status: number; text: string }> } {
  const body = new URLSearchParams(fields).toString()
  const headers = {
    ...{ cookie, origin: new URL(url).origin, accept: 'application/json' },
    ...{ 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) },
  }
  const sent = request(`${url}${path}`, { method: 'POST', headers })
  const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
    sent.once('error', reject)
    sent.once('response', (response) => {
      const status = response.statusCode ?? 0
      text(response).then((found) => resolve({ status, text: found }), reject)
    })
  })
  sent.write(body.slice(0, 1))
  return {
    finish() {
      sent.end(body.slice(1))
      return answer
    },
  }
}
