import type { effects as vietnamese } from './effects.vi.ts'

export const effects: typeof vietnamese = {
  blur: 'Blur my background',
  blurHint: 'Only the person in front of the camera stays sharp. Slow machines may get slower.',
  quiet: 'Filter out noise',
  quietHint: 'Less fan, traffic and typing. Switch it off to play music.',
  blurFailed:
    'Blurring does not work on this machine, so the camera stayed off. Switch it on again to send the picture unblurred.',
}
