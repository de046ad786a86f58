/** What a picker asks for: words, and a moment of the day whose units are meant, now when there is none. */
export function searchOf(url: URL): { query: string; atMs: number } {
  const atMs = Number(url.searchParams.get('at') ?? Number.NaN)
  return { query: url.searchParams.get('q') ?? '', atMs: Number.isSafeInteger(atMs) ? atMs : Date.now() }
}
