export { common } from './common.vi.ts'
export { errors } from './errors.vi.ts'
