import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DecisionRule, quorumOf, votesNeeded } from './decisionRules.ts'
import { meetingKinds } from './meeting.ts'
import { settingDefinitions } from './settings.ts'

const share = fc
  .tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }))
  .map(([a, b]) => ({ numerator: Math.min(a, b), denominator: Math.max(a, b) }))
const threshold = fc.tuple(share, fc.boolean()).map(([one, isMoreThan]) => ({ ...one, isMoreThan }))
const people = fc.integer({ min: 0, max: 5000 })

it('a quorum is the least number that is the share of all members, and once reached more reach it too', () => {
  fc.assert(
    fc.property(share, people, people, (quorum, members, present) => {
      const { needed, isReached } = quorumOf({ quorum }, members, present)
      const reaches = (count: number) => quorumOf({ quorum }, members, count).isReached
      expect(isReached).toBe(members > 0 && present >= needed)
      expect(needed).toBeLessThanOrEqual(members)
      if (members === 0) return
      // In whole numbers: n/members is not below the share, and one fewer is.
      expect(needed * quorum.denominator).toBeGreaterThanOrEqual(members * quorum.numerator)
      expect((needed - 1) * quorum.denominator).toBeLessThan(members * quorum.numerator)
      expect(reaches(present + 1) || !isReached).toBe(true)
      expect(reaches(members)).toBe(true)
    }),
  )
})

it('one member more never lowers what a quorum needs', () => {
  fc.assert(
    fc.property(share, people, (quorum, members) => {
      const needed = (of: number) => quorumOf({ quorum }, of, 0).needed
      expect(needed(members + 1)).toBeGreaterThanOrEqual(needed(members))
    }),
  )
})

it('the votes that a motion needs are the least that pass its threshold', () => {
  fc.assert(
    fc.property(threshold, people, (one, base) => {
      const needed = votesNeeded(one, base)
      const left = needed * one.denominator
      const right = base * one.numerator
      const before = (needed - 1) * one.denominator
      expect(needed).toBeGreaterThan(0)
      expect(one.isMoreThan ? left > right : left >= right).toBe(true)
      if (base > 0) expect(one.isMoreThan ? before > right : before >= right).toBe(false)
    }),
  )
})

it('no two sides pass half or more of the same base at once', () => {
  fc.assert(
    fc.property(people, people, (base, inFavour) => {
      const needed = votesNeeded({ numerator: 1, denominator: 2, isMoreThan: true }, base)
      const others = Math.max(0, base - inFavour)
      expect(inFavour <= base && inFavour >= needed && others >= needed).toBe(false)
    }),
  )
})

it.each([
  [95, 63, false, 64, 48],
  [95, 64, true, 64, 48],
  [96, 64, true, 64, 49],
  [1, 1, true, 1, 1],
  [0, 0, false, 0, 1],
])(
  'of %i members %i are a quorum of HĐND: %s (%i needed); %i carry',
  (members, present, is, needed, votes) => {
    const rule = settingDefinitions['decisions.council_session'].standard
    expect(quorumOf(rule, members, present)).toEqual({ members, present, needed, isReached: is })
    expect(votesNeeded(rule.threshold, members)).toBe(votes)
  },
)

it('without a rule for it any number is a quorum, and only councils and committees decide', () => {
  const standard = (kind: (typeof meetingKinds)[number]) => settingDefinitions[`decisions.${kind}`].standard
  expect(quorumOf(standard('briefing'), 10, 0)).toMatchObject({ needed: 0, isReached: true })
  expect(meetingKinds.filter((kind) => standard(kind).isBinding)).toEqual([
    'committee_sitting',
    'council_session',
  ])
  expect(standard('council_session')).toMatchObject({ substitutesVote: false, base: 'total', tie: 'fails' })
  expect(standard('committee_sitting')).toMatchObject({ base: 'total', tie: 'chair' })
})

it('a share is of the whole at most, in whole numbers', () => {
  const rule = settingDefinitions['decisions.council_session'].standard
  for (const quorum of [
    { numerator: 3, denominator: 2 },
    { numerator: 0, denominator: 2 },
    { numerator: 0.5, denominator: 1 },
    { numerator: 1, denominator: 0 },
  ])
    expect(DecisionRule.safeParse({ ...rule, quorum }).success).toBe(false)
  expect(DecisionRule.safeParse({ ...rule, quorum: null }).success).toBe(true)
})
