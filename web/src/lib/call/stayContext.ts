import { createContext } from 'svelte'
import type { Stay } from './stay.svelte.ts'

/** `const stay = useStay()` in a component of the call; CallPage provides it. */
export const [useStay, provideStay] = createContext<Stay>()
