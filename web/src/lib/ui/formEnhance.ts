import type { enhance } from '$app/forms'
import { createContext } from 'svelte'

/** How forms are sent below a layout: the framework's `enhance`, or one that does more. The layout provides it. */
export const [formEnhance, provideFormEnhance] =
  createContext<(...form: Required<Parameters<typeof enhance>>) => ReturnType<typeof enhance>>()
