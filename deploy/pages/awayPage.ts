import type { IncomingMessage, ServerResponse } from 'node:http'
import { localeOfAcceptLanguage, parseLocale, preferenceCookies } from '#web/preferences.ts'
import { awayText } from './awayText.ts'

const retryAfterSeconds = 2

/** Answers 503 while the pages' process is away: a small page that tries again by itself, or a code for programs. */
export function answerAway(req: IncomingMessage, res: ServerResponse): void {
  if (res.headersSent) return void res.destroy()
  const wantsPage = req.headers.accept?.includes('text/html') ?? false
  res.writeHead(503, {
    'retry-after': String(retryAfterSeconds),
    'cache-control': 'no-store',
    'content-type': wantsPage ? 'text/html; charset=utf-8' : 'application/json',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'same-origin',
    vary: 'Accept, Accept-Language, Cookie',
  })
  if (req.method === 'HEAD') res.end()
  else res.end(wantsPage ? page(req) : JSON.stringify({ error: { code: 'node_closing' } }))
}

function page(req: IncomingMessage): string {
  const locale = localeOf(req)
  const { title, what, cure, again } = awayText[locale]
  // A form is not sent again by itself.
  const reload = req.method === 'GET' ? `<meta http-equiv="refresh" content="${retryAfterSeconds}" />` : ''
  return `<!doctype html>
<html lang="${locale}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    ${reload}
    <title>${title}</title>
    <style>
      :root { color-scheme: light dark }
      body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1.5rem }
      a { display: inline-block; padding: 0.5rem 0 }
    </style>
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      <p role="status">${what}</p>
      <p>${cure}</p>
      <p><a href="">${again}</a></p>
    </main>
  </body>
</html>
`
}

function localeOf(req: IncomingMessage): 'vi' | 'en' {
  const cookie = (req.headers.cookie ?? '').split(/; */).map((pair) => pair.split('='))
  const chosen = cookie.find(([name]) => name === preferenceCookies.locale)?.[1]
  return parseLocale(chosen) ?? localeOfAcceptLanguage(req.headers['accept-language'] ?? null)
}
