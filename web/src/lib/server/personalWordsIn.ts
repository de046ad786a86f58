import type { PersonalWords } from '#office/people/personalWords.ts'
import type { Locale } from '#web/preferences.ts'
import { loadAdminTexts } from '#web/pages/admin/adminTexts.ts'
import { loadTexts } from '#web/text/texts.ts'
import { auditWordsIn } from './auditWordsIn.ts'

const catalogues = {
  vi: async () => (await import('#web/pages/account/personalData.vi.ts')).personalData,
  en: async () => (await import('#web/pages/account/personalData.en.ts')).personalData,
}

/** How the page of one's data is told to who reads in a language. */
export async function personalWordsIn(locale: Locale): Promise<PersonalWords> {
  const [t, { audit }, p, log] = await Promise.all([
    loadTexts(locale),
    loadAdminTexts(locale),
    catalogues[locale](),
    auditWordsIn(locale),
  ])
  const { values } = audit
  const meetingRoles: Readonly<Record<string, string>> = t.meetingRoles
  const roles: Readonly<Record<string, string>> = { ...t.meetingRoles, ...values.roles }
  const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    role: roles,
    roleBefore: roles,
    response: values.responses,
    office: values.bodyOffices,
    locale: p.languages,
    what: { ...p.events, ...audit.actions },
  }
  return {
    ...{ language: locale, title: p.title, lead: p.lead, nothing: p.nothing, titles: p.titles },
    ...{ columns: p.columns, yes: p.yes, no: p.no, log },
    wordOf: (part, column, value) => {
      const of = part === 'meetings' && column === 'role' ? meetingRoles : words[column]
      return of && Object.hasOwn(of, value) ? (of[value] ?? null) : null
    },
  }
}
