export { join } from './join/join.en.ts'
export { login } from './login/login.en.ts'
export { secondFactor } from './secondFactor/secondFactor.en.ts'
export { setup } from './setup/setup.en.ts'
