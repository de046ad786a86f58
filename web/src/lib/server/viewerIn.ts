import { failPage } from './appErrors.ts'
import type { Viewer } from '#office/access.ts'

/** Who asks; the hook has let nobody else in, so that absence here is an ended session. */
export function viewerIn(locals: App.Locals): Viewer {
  return locals.viewer ?? failPage('unauthenticated')
}
