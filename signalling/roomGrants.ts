import { trackSources, type Grant, type GrantLevel, type TrackSource } from '#contract/grant.ts'
import { AppError, assertNever } from '#contract/errors.ts'
import type { MeetingRole } from '#contract/meeting.ts'
import { allows } from '#contract/permissions.ts'

/** Whom no ban on unmuting binds: they run the meeting. */
export function isExemptFromBan(role: MeetingRole): boolean {
  return role === 'chair' || role === 'secretary'
}

/** Whether the role may ever open the source; what it may not is forbidden from the start and stays so. */
export function mayUse(role: MeetingRole, source: TrackSource): boolean {
  const actor = { isSystemAdmin: false, unitRoles: [], meetingRole: role }
  const isScreen = source === 'screen' || source === 'screenAudio'
  return allows(actor, isScreen ? 'call:shareScreen' : 'call:speak')
}

/** The sources that a change of one source touches: a shared screen's sound goes with its picture. */
function coupledSources(source: TrackSource): readonly TrackSource[] {
  return source === 'screen' ? ['screen', 'screenAudio'] : [source]
}

/** The rights with which somebody comes in. A screen is open where the role allows it: publishing is the act. */
export function startGrant(input: {
  role: MeetingRole
  microphone: 'open' | 'muted'
  camera: 'open' | 'muted'
  /** What a moderator forbade this participant, in this call. */
  forbidden: ReadonlySet<TrackSource>
  isUnmuteForbidden: boolean
}): Grant {
  const level = (source: TrackSource, wanted: 'open' | 'muted'): GrantLevel => {
    if (!mayUse(input.role, source)) return 'forbidden'
    if (isExemptFromBan(input.role)) return wanted
    if (input.forbidden.has(source)) return 'forbidden'
    return source === 'microphone' && input.isUnmuteForbidden ? 'forbidden' : wanted
  }
  return {
    microphone: level('microphone', input.microphone),
    camera: level('camera', input.camera),
    screen: level('screen', 'open'),
    screenAudio: level('screenAudio', 'open'),
  }
}

/**
 * What a grant becomes in another role; the same object when nothing changes. What the role rules out is forbidden,
 * what only the former one ruled out is as at the start, but closed; a moderator's bans bind or no longer bind.
 */
export function grantInRole(
  { role, grant }: { role: MeetingRole; grant: Grant },
  rules: { forbidden: ReadonlySet<TrackSource>; isUnmuteForbidden: boolean },
): Grant {
  const start = startGrant({ role, microphone: 'muted', camera: 'muted', ...rules })
  let next = grant
  for (const source of trackSources) {
    const isBound = start[source] === 'forbidden' || grant[source] === 'forbidden'
    if (isBound) next = withLevel(next, [source], start[source])
  }
  return next
}

/** The grant with some sources at another level; the same object when nothing changes. */
function withLevel(grant: Grant, sources: readonly TrackSource[], level: GrantLevel): Grant {
  if (sources.every((source) => grant[source] === level)) return grant
  const next = { ...grant }
  for (const source of sources) next[source] = level
  return next
}

/** What a grant forbids beyond what the role rules out. */
export function forbiddenByModerator(role: MeetingRole, grant: Grant): Set<TrackSource> {
  return new Set(trackSources.filter((source) => grant[source] === 'forbidden' && mayUse(role, source)))
}

/** One's own source on or off; off leaves a moderator's mute as it is. @throws AppError forbidden to open what is forbidden */
export function ownGrant(grant: Grant, source: TrackSource, level: 'open' | 'muted'): Grant {
  const sources = coupledSources(source)
  if (level === 'muted') return withLevel(grant, sourcesAt(grant, sources, 'open'), 'muted')
  if (grant[source] === 'forbidden') throw new AppError('forbidden', `${source} is forbidden`)
  return withLevel(
    grant,
    sources.filter((s) => grant[s] !== 'forbidden'),
    'open',
  )
}

function sourcesAt(grant: Grant, sources: readonly TrackSource[], level: GrantLevel): TrackSource[] {
  return sources.filter((source) => grant[source] === level)
}

/**
 * What a moderator's word makes of a grant: `muted` closes what is open and leaves one's own mute and a ban as they
 * are, `allowed` lifts a ban and leaves the source muted by the moderator.
 * @throws AppError forbidden for a ban on who runs the meeting, and for what the role may not
 */
export function moderatedGrant(
  { role, grant }: { role: MeetingRole; grant: Grant },
  source: TrackSource,
  level: 'muted' | 'forbidden' | 'allowed',
): Grant {
  if (!mayUse(role, source)) {
    if (level === 'allowed') throw new AppError('forbidden', `${source} is not for a ${role}`)
    return grant
  }
  const sources = coupledSources(source)
  switch (level) {
    case 'forbidden':
      if (isExemptFromBan(role)) throw new AppError('forbidden', `a ${role} may speak`)
      return withLevel(grant, sources, 'forbidden')
    case 'muted':
      return withLevel(grant, sourcesAt(grant, sources, 'open'), 'mutedByModerator')
    case 'allowed':
      return withLevel(grant, sourcesAt(grant, sources, 'forbidden'), 'mutedByModerator')
    default:
      return assertNever(level)
  }
}
