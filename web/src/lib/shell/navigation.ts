import type { IconComponent } from '#web/ui/icon.ts'
import Building2 from '@lucide/svelte/icons/building-2'
import CalendarDays from '@lucide/svelte/icons/calendar-days'
import HardDrive from '@lucide/svelte/icons/hard-drive'
import House from '@lucide/svelte/icons/house'
import Landmark from '@lucide/svelte/icons/landmark'
import Presentation from '@lucide/svelte/icons/presentation'
import Scale from '@lucide/svelte/icons/scale'
import ScrollText from '@lucide/svelte/icons/scroll-text'
import Users from '@lucide/svelte/icons/users'
import type { ShellMessages } from './shell.vi.ts'

/** A place in the office that the navigation leads to. */
export interface NavigationItem {
  href: string
  label: string
  icon: IconComponent
  /** On phones not at the bottom, where there is room for few, but on the account's page. */
  isAside?: boolean
}

/** Where somebody goes every day. */
export function mainNavigation({ nav }: ShellMessages): NavigationItem[] {
  return [
    { href: '/', label: nav.today, icon: House },
    { href: '/meetings', label: nav.meetings, icon: CalendarDays },
    { href: '/bodies', label: nav.bodies, icon: Landmark, isAside: true },
  ]
}

/** Which pages of the administration are there for somebody. */
export interface Administers {
  people: boolean
  units: boolean
  sites: boolean
  storage: boolean
  settings: boolean
  audit: boolean
}

/** Where who administers something goes too. */
export function adminNavigation({ nav }: ShellMessages, administers: Administers): NavigationItem[] {
  const all: (NavigationItem & { of: keyof Administers })[] = [
    { href: '/admin/people', label: nav.people, icon: Users, of: 'people' },
    { href: '/admin/units', label: nav.units, icon: Building2, of: 'units' },
    { href: '/admin/sites', label: nav.sites, icon: Presentation, of: 'sites' },
    { href: '/admin/storage', label: nav.storage, icon: HardDrive, of: 'storage' },
    { href: '/admin/settings', label: nav.settings, icon: Scale, of: 'settings' },
    { href: '/admin/audit', label: nav.audit, icon: ScrollText, of: 'audit' },
  ]
  return all.filter((item) => administers[item.of]).map(({ href, label, icon }) => ({ href, label, icon }))
}

/** Whether a page belongs to an item. */
export function isWithin(pathname: string, href: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`)
}
