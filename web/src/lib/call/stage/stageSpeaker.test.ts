import { describe, expect, it } from 'vitest'
import type { ParticipantId } from '#contract/ids.ts'
import { isSpeaking, nextSpeaker, noSpeaker, type StageSpeaker } from './stageSpeaker.ts'

const heard = (...ids: string[]) => ids.map((id) => ({ participantId: id as ParticipantId }))

function hearAll(steps: [atMs: number, ids: string[]][]): StageSpeaker {
  return steps.reduce((speaker, [atMs, ids]) => nextSpeaker(speaker, heard(...ids), atMs), noSpeaker)
}

describe('stage speaker', () => {
  it('gives an empty stage to the first voice', () => {
    expect(hearAll([[1000, ['an']]])).toMatchObject({ id: 'an', sinceMs: 1000 })
  })

  it('does not let a cough take the stage from who speaks', () => {
    expect(
      hearAll([
        [1000, ['an']],
        [2000, ['binh', 'an']],
        [2300, ['an']],
      ]).id,
    ).toBe('an')
  })

  it('gives the stage to who is the loudest for more than a second, counting from the first word', () => {
    expect(
      hearAll([
        [1000, ['an']],
        [2000, ['binh', 'an']],
        [3300, ['binh', 'an']],
      ]),
    ).toMatchObject({ id: 'binh', sinceMs: 2000 })
  })

  it('counts a speech on over a short pause and anew after a long one', () => {
    const first = hearAll([
      [1000, ['an']],
      [3000, []],
    ])
    expect(nextSpeaker(first, heard('an'), 4000).sinceMs).toBe(1000)
    expect(nextSpeaker(first, heard('an'), 9000).sinceMs).toBe(9000)
    expect(isSpeaking(first, 3000)).toBe(true)
    expect(isSpeaking(first, 6000)).toBe(false)
  })
})
