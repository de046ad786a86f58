/**
 * Parts of a call that a page may follow. Each has its view, its version and its fold; a page receives only those of
 * its principal (`scopesOf` in permissions.ts), so what one may not see never reaches one's browser.
 *
 *     all           everybody in the call
 *     moderators    who runs the meeting, and the secretariat of its unit
 *     technicians   who sees to rooms and lines
 *     own           one participant: each has a view of their own
 *
 * What no scope follows is for the record alone (`spoke`). There is no scope for those on stage yet, as today everybody
 * in a call is: once hundreds only listen and are counted, what concerns the stage (tracks, rights, hands) moves to a
 * scope `stage`, which a page is given as it comes on stage and loses as it goes.
 */
export const scopes = ['all', 'moderators', 'technicians', 'own'] as const
export type Scope = (typeof scopes)[number]

/** Scopes whose view is the same for all who have it. */
export type SharedScope = Exclude<Scope, 'own'>
