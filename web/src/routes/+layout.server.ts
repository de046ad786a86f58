import type { LayoutServerLoad } from './$types'

/** What every page knows of who looks at it; nothing that the person does not already know. */
export const load: LayoutServerLoad = ({ locals }) => {
  const { viewer, locale, theme } = locals
  return {
    locale,
    theme,
    viewer: viewer && {
      userId: viewer.userId,
      name: viewer.name,
      email: viewer.email,
      link: viewer.link,
      isSystemAdmin: viewer.actor.isSystemAdmin,
      isSecretary: viewer.units.some((unit) => unit.role === 'secretary'),
      units: viewer.units,
    },
  }
}
