/** A browser and its system in two words, from what it says of itself; null when it says nothing known. */
export function deviceOf(userAgent: string): string | null {
  const browsers: [RegExp, string][] = [
    [/Edg\//, 'Edge'],
    [/coc_coc_browser/i, 'Cốc Cốc'],
    [/OPR\//, 'Opera'],
    [/Firefox\//, 'Firefox'],
    [/Chrome\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ]
  const systems: [RegExp, string][] = [
    [/iPhone|iPad/, 'iOS'],
    [/Android/, 'Android'],
    [/Windows/, 'Windows'],
    [/Mac OS X/, 'macOS'],
    [/Linux/, 'Linux'],
  ]
  const first = (known: [RegExp, string][]): string | undefined =>
    known.find(([mark]) => mark.test(userAgent))?.[1]
  const parts = [first(browsers), first(systems)].filter((part) => part !== undefined)
  return parts.length > 0 ? parts.join(', ') : null
}
