import type { ChildProcess } from 'node:child_process'

export interface LockedPackage {
  version?: string
  optional?: boolean
  dev?: boolean
  devOptional?: boolean
  link?: boolean
  os?: string[]
  cpu?: string[]
}
export interface LockFile {
  packages?: Record<string, LockedPackage>
}
export declare function isInstalled(repoDir: string, withDev: boolean): boolean
export declare function listMissing(
  lock: LockFile,
  installed: LockFile,
  options: { withDev: boolean; machine: { platform: string; arch: string } },
): string[]
export declare function installNodeModules(
  repoDir: string,
  options: {
    withDev: boolean
    lockFd: number
    report: (line: string) => void
    track: (child: ChildProcess) => void
  },
): Promise<string | undefined>
export declare function summariseNpmErrors(output: string): string
