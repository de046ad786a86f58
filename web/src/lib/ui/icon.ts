import type { Component } from 'svelte'

/** A picture of the one set (`@lucide/svelte/icons/…`); always beside a text or an accessible name. */
export type IconComponent = Component<{
  size?: number | string
  strokeWidth?: number | string
  'aria-hidden'?: 'true'
}>
