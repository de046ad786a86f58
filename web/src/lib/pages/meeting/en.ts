export { meeting } from './meeting.en.ts'
export { minutes } from '../minutes/minutes.en.ts'
export { plan } from '../plan/plan.en.ts'
export { deletion } from '../recordings/deletion.en.ts'
