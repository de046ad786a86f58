export declare function takeSnapshot(repoDir: string, env: NodeJS.ProcessEnv): string
export declare function isSetUp(repoDir: string, snapshot: string, withTests: boolean): boolean
export declare function recordSetUp(repoDir: string, snapshot: string, withTests: boolean): void
