import { callFirst } from './callFirst.vi.ts'
import { panelWords } from './panelWords.vi.ts'

/** All texts of a call, for whoever looks at it from outside: a page loads them in two parts. */
export const call = { ...callFirst, ...panelWords }
