import { dev } from '$app/env'
import { failPage } from '#web/server/appErrors.ts'
import type { PageServerLoad } from './$types'

/** Only while developing, or in a build made for looking: `vite build web --mode components`. */
export const load: PageServerLoad = () => {
  if (!dev && import.meta.env.MODE !== 'components') failPage('not_found')
}
