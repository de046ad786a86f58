import { expect, test } from 'vitest'
import { ParticipantId } from '#contract/ids.ts'
import { SpeechTracker } from './speech.ts'

const an = ParticipantId.parse('an')
const binh = ParticipantId.parse('binh')

test('a stretch bridges short pauses and ends with a long one, at the last word', () => {
  const speech = new SpeechTracker()
  expect(speech.hear([an], 1000)).toEqual([])
  expect(speech.hear([], 2500)).toEqual([])
  expect(speech.hear([an], 3900)).toEqual([])
  expect(speech.hear([], 6000)).toEqual([])
  expect(speech.tick(7499)).toEqual([])
  expect(speech.tick(7500)).toEqual([{ participantId: an, fromMs: 1000, toMs: 6000 }])
  expect(speech.tick(9000)).toEqual([])
})

test('a cough is no speech', () => {
  const speech = new SpeechTracker()
  speech.hear([an], 0)
  speech.hear([], 1900)
  expect(speech.tick(5000)).toEqual([])
})

test('two who speak at once have a stretch each; who goes ends his own', () => {
  const speech = new SpeechTracker()
  speech.hear([an], 0)
  speech.hear([an, binh], 1000)
  expect(speech.end(4000, binh)).toEqual([{ participantId: binh, fromMs: 1000, toMs: 4000 }])
  expect(speech.end(5000)).toEqual([{ participantId: an, fromMs: 0, toMs: 5000 }])
})

test('a pause that is found too long only when the next word comes still ends the stretch', () => {
  const speech = new SpeechTracker()
  speech.hear([an], 0)
  speech.hear([], 3000)
  expect(speech.hear([an], 9000)).toEqual([{ participantId: an, fromMs: 0, toMs: 3000 }])
  expect(speech.end(12_000)).toEqual([{ participantId: an, fromMs: 9000, toMs: 12_000 }])
})
