import { createContext } from 'svelte'
import type { Meeting } from './meeting.svelte.ts'

/** `const meeting = useMeeting()` in a component of the call; CallPage provides it. */
export const [useMeeting, provideMeeting] = createContext<Meeting>()
