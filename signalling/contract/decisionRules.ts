import { z } from 'zod'

/** A share of a body, in whole numbers: 2/3. */
const shareFields = {
  numerator: z.number().int().min(1).max(100),
  denominator: z.number().int().min(1).max(100),
}
const isShare = ({ numerator, denominator }: { numerator: number; denominator: number }): boolean =>
  numerator <= denominator

/** Of all members so many at least have to be present. */
const Share = z.strictObject(shareFields).refine(isShare, 'more than the whole')
export type Share = z.infer<typeof Share>

/** What a motion needs: more than a share (quá nửa), or at least it (ít nhất hai phần ba). */
const Threshold = z
  .strictObject({ ...shareFields, isMoreThan: z.boolean() })
  .refine(isShare, 'more than the whole')
export type Threshold = z.infer<typeof Threshold>

export const voteBases = ['total', 'present', 'cast'] as const
/** Of what a threshold is a share: all members, those present, the votes cast. */
export type VoteBase = (typeof voteBases)[number]
export const tieRules = ['fails', 'chair'] as const
export const ballotKinds = ['open', 'secret', 'either'] as const

/** How meetings of a kind decide: what a law or a house's own regulation settles. Compared in whole numbers alone. */
export const DecisionRule = z.strictObject({
  /** Null: no quorum is asked for. */
  quorum: Share.nullable(),
  /** Whether a vote binds; otherwise it is an opinion (lấy ý kiến). */
  isBinding: z.boolean(),
  base: z.enum(voteBases),
  threshold: Threshold,
  /** For what needs more, as the dismissal of a delegate; null: nothing does. */
  higherThreshold: Threshold.nullable(),
  /** At equal numbers the motion fails, or goes the way in which the chair voted. */
  tie: z.enum(tieRules),
  ballot: z.enum(ballotKinds),
  /** Whether one may vote anew until the vote is closed. */
  mayChange: z.boolean(),
  /** Whether somebody who comes for a member may vote. */
  substitutesVote: z.boolean(),
})
export type DecisionRule = z.infer<typeof DecisionRule>

/** Whether a body may decide. Counts of people. */
export interface Quorum {
  members: number
  present: number
  /** Who has to be present at least; 0 where no quorum is asked for. */
  needed: number
  isReached: boolean
}

/**
 * The quorum of a body: a share of all members, whoever is there.
 * @param members who have a vote on the day
 * @param present those of them who are there now
 */
export function quorumOf({ quorum }: Pick<DecisionRule, 'quorum'>, members: number, present: number): Quorum {
  if (quorum === null) return { members, present, needed: 0, isReached: true }
  const needed = Math.ceil((members * quorum.numerator) / quorum.denominator)
  // Whole numbers decide; of nobody there is no quorum.
  const isReached = members > 0 && present * quorum.denominator >= members * quorum.numerator
  return { members, present, needed, isReached }
}

/** How many votes for a motion carry it, of a base counted in people or votes; more than the base where that is empty. */
export function votesNeeded({ numerator, denominator, isMoreThan }: Threshold, base: number): number {
  const share = base * numerator
  if (isMoreThan) return Math.floor(share / denominator) + 1
  return Math.max(1, Math.ceil(share / denominator))
}
