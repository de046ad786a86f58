// All areas at once, for tests and the demonstration, which walk through them all.
export * from './office.vi.ts'
export * from './admin/vi.ts'
export * from './meeting/vi.ts'
export * from './bodies/bodies.vi.ts'
