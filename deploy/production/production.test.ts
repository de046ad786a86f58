import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadConfig } from '../config.ts'

const read = (file: string): string => readFileSync(join(import.meta.dirname, file), 'utf8')
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

it('the unit bounds memory, tasks and system calls, and one ended process does not end it', () => {
  const unit = read('diem-cau.service')
  for (const line of [
    'MemoryMax=85%',
    'TasksMax=2048',
    'OOMPolicy=continue',
    'SystemCallFilter=@system-service',
  ])
    expect(unit.split('\n')).toContain(line)
})

it.runIf(hasSystemd)('the unit is one that systemd takes whole, and little exposed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'diem-cau-unit-'))
  try {
    const unit = join(folder, 'diem-cau.service')
    copyFileSync(join(import.meta.dirname, 'diem-cau.service'), unit)
    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' })
    // its program is where the administrator puts it; every other word is a mistake of the file
    const mistakes = verified.stderr
      .split('\n')
      .filter((line) => line.includes(unit) && !line.includes('ExecStart'))
    expect(mistakes).toEqual([])
    const looked = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', unit], {
      encoding: 'utf8',
    })
    const exposure = Number(/exposure level for \S+: ([\d.]+)/.exec(looked.stdout)?.[1])
    expect(exposure).toBeLessThan(2)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

it('the compose file gives Redis a password, and every process of ours a lasting name of its own', () => {
  const compose = read('compose.yaml')
  const url = /REDIS_URL: (\S+?)\$\{REDIS_PASSWORD[^}]*\}(\S+)/.exec(compose)
  const config = loadConfig({ REDIS_URL: `${url?.[1]}0a1b2c${url?.[2]}` })
  expect(URL.parse(config.REDIS_URL ?? '')?.password).toBe('0a1b2c')
  const roles = [...compose.matchAll(/ROLES: (\w+)/g)].map(([, role]) => role)
  const names = [...compose.matchAll(/NODE_ID: ([\w-]+)/g)].map(([, name]) => name)
  expect(roles.toSorted()).toEqual(['recorder', 'sfu', 'signalling', 'web'])
  expect(new Set(names).size).toBe(roles.length)
  expect(read('compose.env.example')).toContain('REDIS_PASSWORD=')
})

it('the compose file says where media nodes are reached beside Redis, and opens that port to nobody outside', () => {
  const sfu = /^ {2}sfu:\n[\s\S]*?^ {2}recorder:\n/m.exec(read('compose.yaml'))?.[0] ?? ''
  const url = /SFU_URL: (\S+)/.exec(sfu)?.[1]
  expect(loadConfig({ SFU_URL: url }).SFU_URL).toBe('http://sfu:3000')
  expect(/ports: (.*)/.exec(sfu)?.[1]).not.toContain('3000')
  expect(read('nginx.conf')).toContain('location /internal/ { return 404; }')
})

it('the compose file lets one short-lived process change tables, and gives the others a role that owns nothing', () => {
  const compose = read('compose.yaml')
  const [, services = ''] = compose.split('\nservices:\n')
  const [prepare = '', ...rest] = services.split(/^ {2}(?=\w+:\n)/m).filter((text) => /^\w/.test(text))
  expect(prepare).toContain('prepareDatabase.ts')
  expect(prepare).toContain('DATABASE_OWNER_URL: postgresql://diem_cau_owner:')
  expect(rest.join('')).not.toContain('DATABASE_OWNER_URL')
  expect(compose).toContain('DATABASE_URL: postgresql://diem_cau:')
  expect(compose).toContain('POSTGRES_USER: diem_cau_owner')
  expect(compose).toContain('CREATE ROLE diem_cau LOGIN')
  for (const name of ['POSTGRES_PASSWORD', 'POSTGRES_OWNER_PASSWORD'])
    expect(read('compose.env.example')).toContain(`${name}=`)
})

it('what guests sent is decoded without a way to a network outside', () => {
  expect(read('diem-cau.service')).toContain('RestrictNamespaces=user net')
  const compose = read('compose.yaml')
  const recorder = /^ {2}recorder:\n[\s\S]*?^ {2}postgres:\n/m.exec(compose)?.[0] ?? ''
  expect(/networks: (.*)/.exec(recorder)?.[1]).toBe('[inside]')
  expect(compose).toContain('inside: { internal: true }')
})
