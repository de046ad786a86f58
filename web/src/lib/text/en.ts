export { common } from './common.en.ts'
export { errors } from './errors.en.ts'
