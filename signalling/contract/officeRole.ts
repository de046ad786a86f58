import type { UnitRole } from './meeting.ts'

/**
 * Roles that are given beside somebody's place in a unit (glossary: quản trị, văn thư, cán bộ kỹ thuật, kiểm tra).
 * Administrators and technicians of a unit are that in the units below it too; a clerk's documents are the body's own.
 */
export const officeRoles = ['system_admin', 'auditor', 'unit_admin', 'clerk', 'technician'] as const
export type OfficeRole = (typeof officeRoles)[number]

/** Roles that are held in a unit. The others are held for the whole system. */
export type ScopedRole = Exclude<OfficeRole, 'system_admin' | 'auditor'>

/** Everything that somebody may be in a unit. */
export type HeldRole = UnitRole | ScopedRole

/** Whether a role is held in a unit, and not for the whole system. */
export function isScoped(role: OfficeRole): role is ScopedRole {
  return role !== 'system_admin' && role !== 'auditor'
}

/** Whether a role that is held in a unit is held in those below it too. */
export function reachesBelow(role: OfficeRole): boolean {
  return role === 'unit_admin' || role === 'technician'
}

/** A role as it was given. `unitId` is null for one of the whole system. */
export interface RoleGrant {
  role: OfficeRole
  unitId: string | null
}
