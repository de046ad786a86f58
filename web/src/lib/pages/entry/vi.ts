export { join } from './join/join.vi.ts'
export { login } from './login/login.vi.ts'
export { secondFactor } from './secondFactor/secondFactor.vi.ts'
export { setup } from './setup/setup.vi.ts'
