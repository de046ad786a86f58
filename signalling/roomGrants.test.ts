import { describe, expect, it } from 'vitest'
import { Grant, type GrantLevel } from '#contract/grant.ts'
import { moderatedGrant, ownGrant } from './roomGrants.ts'

const all = (level: GrantLevel): Grant => ({
  microphone: level,
  camera: level,
  screen: level,
  screenAudio: level,
})
const moderated = (grant: Grant, level: 'muted' | 'forbidden' | 'allowed'): GrantLevel =>
  moderatedGrant({ role: 'delegate', grant }, 'microphone', level).microphone

describe('a grant', () => {
  it('tells one’s own mute from a moderator’s', () => {
    expect(ownGrant(all('open'), 'microphone', 'muted').microphone).toBe('muted')
    expect(moderated(all('open'), 'muted')).toBe('mutedByModerator')
    expect(moderated(all('forbidden'), 'allowed')).toBe('mutedByModerator')
  })

  it('keeps the mute that was there first, and the same object', () => {
    for (const level of ['muted', 'mutedByModerator', 'forbidden'] as const) {
      const grant = all(level)
      expect(ownGrant(grant, 'microphone', 'muted')).toBe(grant)
      expect(moderatedGrant({ role: 'delegate', grant }, 'microphone', 'muted')).toBe(grant)
    }
  })

  it('is opened by its participant after either mute, not after a ban', () => {
    expect(ownGrant(all('muted'), 'screen', 'open')).toMatchObject({ screen: 'open', screenAudio: 'open' })
    expect(ownGrant(all('mutedByModerator'), 'microphone', 'open').microphone).toBe('open')
    expect(() => ownGrant(all('forbidden'), 'microphone', 'open')).toThrow('forbidden')
  })

  it('of earlier releases, which knew one mute, is read', () => {
    expect(Grant.parse(all('muted'))).toEqual(all('muted'))
  })
})
