import { allows } from '#contract/permissions.ts'
import { actorOf } from '#contract/principal.ts'
import { failPage } from '#web/server/appErrors.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { LayoutServerLoad } from './$types'

/** To whom may not administer, these pages are not there; each service checks again. */
export const load: LayoutServerLoad = ({ locals }) => {
  if (!allows(actorOf(viewerIn(locals)), 'system:administer')) failPage('not_found')
}
