/** What a connection by long polling is made with; the pages' build has it loaded only by who needs it (`web/leftOut.ts`). */
export function loadPolls(): Promise<'polling'> {
  return Promise.resolve('polling')
}
