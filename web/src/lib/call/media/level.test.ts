import { describe, expect, it } from 'vitest'
import { hear, hearingAtFirst, isSilent, isSpeech, levelDb, meterFraction, type Hearing } from './level.ts'

function listen(levels: [db: number, forMs: number][]): { hearing: Hearing; atMs: number } {
  let hearing = hearingAtFirst
  let atMs = 1000
  for (const [db, forMs] of levels) {
    for (let spent = 0; spent < forMs; spent += 60) hearing = hear(hearing, db, (atMs += 60))
  }
  return { hearing, atMs }
}

describe('level', () => {
  it('measures full scale as 0 dB and silence as −100', () => {
    expect(levelDb(new Float32Array(64).fill(1))).toBeCloseTo(0)
    expect(levelDb(new Float32Array(64))).toBe(-100)
    expect(meterFraction(-60)).toBe(0)
    expect(meterFraction(0)).toBe(1)
  })

  it('takes four seconds of nothing for a silent microphone, but not a quiet room', () => {
    const dead = listen([[-100, 4200]])
    expect(isSilent(dead.hearing, dead.atMs)).toBe(true)
    const quiet = listen([[-65, 8000]])
    expect(isSilent(quiet.hearing, quiet.atMs)).toBe(false)
    const early = listen([[-100, 3000]])
    expect(isSilent(early.hearing, early.atMs)).toBe(false)
  })

  it('hears speech after about a second, not a cough', () => {
    expect(isSpeech(listen([[-20, 1000]]).hearing)).toBe(true)
    expect(isSpeech(listen([[-20, 240]]).hearing)).toBe(false)
    expect(
      isSpeech(
        listen([
          [-20, 1000],
          [-70, 2000],
        ]).hearing,
      ),
    ).toBe(false)
  })
})
