/** Languages of the pages; Vietnamese is the default. */
export const locales = ['vi', 'en'] as const
export type Locale = (typeof locales)[number]

/** system follows the device. */
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** Cookies that remember a choice on one device, also before signing in. */
export const preferenceCookies = { locale: 'locale', theme: 'theme', guide: 'guide' } as const

/** Narrows a cookie's or a form's value; null when it is not a language of ours. */
export function parseLocale(value: unknown): Locale | null {
  return locales.find((locale) => locale === value) ?? null
}

/** Narrows a cookie's or a form's value; null when it is not a theme of ours. */
export function parseTheme(value: unknown): Theme | null {
  return themes.find((theme) => theme === value) ?? null
}

/** Whether the first steps of a new platform are put away on this device. */
export function guideIsAway(value: unknown): boolean {
  return value === 'away'
}

/** The first of a browser's preferred languages (RFC 9110 Accept-Language) that we speak; Vietnamese otherwise. */
export function localeOfAcceptLanguage(header: string | null): Locale {
  const ranked = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const q = parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find((v) => v !== undefined)
      return { language: tag.split('-')[0], quality: q === undefined ? 1 : Number(q) }
    })
    .filter((entry) => entry.quality > 0)
    .sort((a, b) => b.quality - a.quality)
  for (const { language } of ranked) {
    const locale = parseLocale(language)
    if (locale) return locale
  }
  return 'vi'
}
