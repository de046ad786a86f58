import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, untilListening } from './servers.ts'

/** Debian's nginx with the very files that production gets. */
export interface TestNginx {
  /** https://localhost:port, with a certificate that nobody knows. */
  url: string
  /** http://localhost:port, which leads to the other. */
  plainUrl: string
  /** All that it wrote down of requests: the site's own log, the default one, and errors. */
  logs(): string
  stop(): Promise<void>
}

const production = join(import.meta.dirname, '../production')

/**
 * Starts nginx in front of a platform: `production/nginx.conf` with nothing changed but what an operator fills in
 * (names, certificate, the platform's port) and the ports that only root may take.
 */
export async function startNginx(ports: { https: number; platform: number }): Promise<TestNginx> {
  const dir = mkdtempSync(join(tmpdir(), 'diem-cau-nginx-'))
  const http = await freePort()
  const certificate = join(dir, 'fullchain.pem')
  const key = join(dir, 'privkey.pem')
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate],
    ],
    { stdio: 'ignore' },
  )
  const site = readFileSync(join(production, 'nginx.conf'), 'utf8')
    .replaceAll('meet.example.test', 'localhost')
    .replace('/etc/ssl/diem-cau/fullchain.pem', certificate)
    .replace('/etc/ssl/diem-cau/privkey.pem', key)
    .replaceAll('/etc/nginx/diem-cau-proxy.conf', join(production, 'nginx-proxy.conf'))
    .replace('127.0.0.1:3000', `127.0.0.1:${ports.platform}`)
    .replaceAll('/var/log/nginx/', `${dir}/`)
    .replaceAll('listen [::]:', '# listen [::]:')
    .replace('listen 80;', `listen 127.0.0.1:${http};`)
    .replace('listen 443 ssl', `listen 127.0.0.1:${ports.https} ssl`)
  const main = join(dir, 'nginx.conf')
  const bodies = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(dir, name)};`)
    .join(' ')
  writeFileSync(
    main,
    `daemon off; pid ${join(dir, 'pid')}; error_log ${join(dir, 'error.log')} info; events {}
     http { include /etc/nginx/mime.types; access_log ${join(dir, 'access.log')}; ${bodies}
     ${site} }`,
  )
  const child = spawn('nginx', ['-e', 'stderr', '-c', main], { stdio: ['ignore', 'ignore', 'inherit'] })
  await untilListening(ports.https, child)
  return {
    url: `https://localhost:${ports.https}`,
    plainUrl: `http://localhost:${http}`,
    logs: () =>
      readdirSync(dir)
        .filter((name) => name.endsWith('.log'))
        .map((name) => readFileSync(join(dir, name), 'utf8'))
        .join('\n'),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null && child.kill('SIGTERM')) await ended
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
