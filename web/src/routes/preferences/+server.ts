import { redirect } from '@sveltejs/kit'
import { guideIsAway, parseLocale, parseTheme, preferenceCookies } from '#web/preferences.ts'
import { safeNext } from '#web/safeNext.ts'
import { services } from '#web/server/services.ts'
import type { RequestHandler } from './$types'

const year = 365 * 24 * 3600

/** A plain form sets the language, the theme or whether the guide is shown, and comes back to the page that it was on. */
export const POST: RequestHandler = async ({ request, cookies, locals, url }) => {
  const form = await request.formData()
  const locale = parseLocale(form.get('locale'))
  const theme = parseTheme(form.get('theme'))
  const options = { path: '/', maxAge: year, sameSite: 'lax', secure: url.protocol === 'https:' } as const
  if (locale) {
    cookies.set(preferenceCookies.locale, locale, options)
    if (locals.viewer?.account) await services().accounts.setLocale(locals.viewer, locale)
  }
  if (theme) cookies.set(preferenceCookies.theme, theme, options)
  const guide = form.get('guide')
  if (guide !== null) cookies.set(preferenceCookies.guide, guideIsAway(guide) ? 'away' : 'shown', options)
  redirect(303, safeNext(form.get('next')?.toString()))
}
