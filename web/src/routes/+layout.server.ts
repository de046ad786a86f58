import { allows } from '#contract/permissions.ts'
import { actorOf } from '#contract/principal.ts'
import type { LayoutServerLoad } from './$types'

/** What every page knows of who looks at it; nothing that the person does not already know. */
export const load: LayoutServerLoad = ({ locals }) => {
  const { viewer, locale, theme } = locals
  const actor = actorOf(viewer ?? { account: null })
  return {
    locale,
    theme,
    viewer: viewer && {
      userId: viewer.account?.userId ?? null,
      name: viewer.name,
      email: viewer.email,
      /** In by join links alone: there are calls, and no office. */
      isGuest: viewer.account === null,
      isSystemAdmin: viewer.account?.isSystemAdmin ?? false,
      /** Which pages of the administration are there; each service decides again. */
      administers: {
        people: allows(actor, 'people:administer'),
        units: allows(actor, 'system:administer'),
        sites: allows(actor, 'sites:administer'),
        storage: allows(actor, 'people:administer'),
        settings: allows(actor, 'settings:change'),
        audit: allows(actor, 'audit:see'),
      },
      isSecretary: viewer.units.some((unit) => unit.role === 'secretary'),
      units: viewer.units,
    },
  }
}
