import type * as vi from './stage.vi.ts'

/** The same in English. */
export const stage: typeof vi.stage = {
  stage: 'Pictures of the meeting',
  you: 'You',
  yourself: (name) => `${name} (you)`,
  speaking: 'is speaking',
  micMuted: 'microphone off',
  connectionLostOf: 'connection lost',
  sharesScreen: (name) => `${name} shares the screen`,
  pageOf: (page, pages) => `Page ${page} of ${pages}`,
  previousPage: 'Previous page',
  nextPage: 'Next page',
  layoutGrid: 'Show as a grid',
  layoutStage: 'Show who speaks',
  alone: 'You are the only one here so far. Others appear when they join.',
}
