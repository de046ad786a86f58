import { loadPanel } from './panels.ts'

/** The side panel, around whichever panel is open. */
export const loadSidePanel = () => import('./SidePanel.svelte')
/** Dialogs of the call, and what readers are told of the others. */
export const loadAside = () => import('./CallAside.svelte')
/** What the chair is asked, and everybody is told, of a recording. */
export const loadRecordingWords = () => import('#web/call/recording/RecordingWords.svelte')
/** Why a device does not work, and the words for it. */
export const loadDeviceProblems = () => import('#web/call/media/DeviceProblems.svelte')

/**
 * Fetches what the first picture does not need once the call has settled, so that it opens at once and also while the
 * network is away. Returns its cleanup.
 * @param onSettled it is time for what else is not needed for the first picture
 */
export function preloadLater(onSettled: () => void): () => void {
  const timer = setTimeout(() => {
    onSettled()
    const panels = Object.values(loadPanel)
    for (const load of [loadSidePanel, ...panels, loadRecordingWords, loadDeviceProblems]) {
      load().catch((error: unknown) => console.warn('panelPreloadFailed', error))
    }
  }, 2000)
  return () => clearTimeout(timer)
}
