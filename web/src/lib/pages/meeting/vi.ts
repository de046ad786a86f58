export { meeting } from './meeting.vi.ts'
export { minutes } from '../minutes/minutes.vi.ts'
export { plan } from '../plan/plan.vi.ts'
export { deletion } from '../recordings/deletion.vi.ts'
