import type { LayoutServerLoad } from './$types'

/** What every page knows of who looks at it; nothing that the person does not already know. */
export const load: LayoutServerLoad = ({ locals }) => {
  const { viewer, locale, theme } = locals
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
      isSecretary: viewer.units.some((unit) => unit.role === 'secretary'),
      units: viewer.units,
    },
  }
}
