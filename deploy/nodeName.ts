import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type LockedFile, lockFile } from '#db/fileLock.ts'
import type { Config, NodeConfig } from './config.ts'
import { ConfigError } from './configError.ts'

/** Processes of the same roles, on one machine and one DATA_DIR. */
const maxSlots = 64
const wholeName = /^([A-Za-z0-9_-]{1,64})\n$/

/**
 * Gives this process the name that it keeps over restarts: calls, media rooms and recordings that were here are then its
 * own at once, not another's whose lease must run out. Without NODE_ID it is made once and kept in `DATA_DIR/nodes`, by
 * machine and roles; of several such processes each has its own. Nobody else gets the name until this process ends.
 * @throws ConfigError when another process on this DATA_DIR has NODE_ID, or nothing can be kept there
 */
export function withNodeName(config: Config): NodeConfig {
  const folder = join(config.DATA_DIR, 'nodes')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const NODE_ID =
      config.NODE_ID === undefined ? keptName(folder, config) : givenName(folder, config.NODE_ID)
    return { ...config, NODE_ID }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new ConfigError(`The name of this process cannot be kept in DATA_DIR: ${why}`)
  }
}

function givenName(folder: string, nodeId: string): string {
  if (lockFile(join(folder, `${nodeId}.given`))) return nodeId
  throw new ConfigError(
    `Wrong settings:\n  NODE_ID=${JSON.stringify(nodeId)}: another process on this DATA_DIR has this name: stop it, or give this one another`,
  )
}

function keptName(folder: string, { ROLES }: Config): string {
  // DATA_DIR may be shared by machines: each keeps to its own names.
  const host = hostname()
    .replace(/[^A-Za-z0-9_-]/g, '-')
    .slice(0, 40)
  for (let slot = 1; slot <= maxSlots; slot++) {
    const file = lockFile(join(folder, `${[host, ...ROLES.toSorted()].join('.')}.${slot}`))
    if (file) return nameIn(file) ?? writeName(file, `${host}-${randomBytes(4).toString('hex')}`)
  }
  throw new ConfigError(`More than ${maxSlots} processes of the same roles are on one DATA_DIR`)
}

/** Null in a new file, and in one whose writer was killed. */
function nameIn({ text }: LockedFile): string | null {
  return wholeName.exec(text)?.[1] ?? null
}

function writeName(file: LockedFile, name: string): string {
  file.write(`${name}\n`)
  return name
}
