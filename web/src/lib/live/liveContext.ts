import { createContext } from 'svelte'
import { refreshAll } from '$app/navigation'
import { Live } from './live.svelte.ts'

const [get, set] = createContext<Live>()

/** What keeps the office's pages fresh. */
export const useLive = get

/** Makes the page's one `Live`, for the office's layout; close it with the layout. */
export function provideLive(): Live {
  return set(
    new Live({
      connect: async () => {
        // No page waits for it, and it is large.
        const [{ connectSignal }, { newClientId }] = await Promise.all([
          import('#signalling/client.ts'),
          import('#web/call/media/newId.ts'),
        ])
        return connectSignal({ url: '', clientId: newClientId() })
      },
      refresh: () => refreshAll(),
      isHidden: () => document.visibilityState === 'hidden',
      onShown: (listener) => {
        if (typeof document === 'undefined') return () => undefined // drawn on the server
        const heed = () => document.visibilityState === 'visible' && listener()
        document.addEventListener('visibilitychange', heed)
        return () => document.removeEventListener('visibilitychange', heed)
      },
    }),
  )
}
