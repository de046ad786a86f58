export { join } from './join/join.en.ts'
export { login } from './login/login.en.ts'
export { setup } from './setup/setup.en.ts'
