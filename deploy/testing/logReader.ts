/** What stands in a platform's log and must not: the needles that were found. Empty for a clean one. */
export function leaksOf(output: string, needles: Record<string, string>): string[] {
  const log = logLines(output).join('\n')
  return Object.entries(needles)
    .filter(([name, needle]) => {
      if (needle.length < 4) throw new Error(`${name} is too short to be looked for`)
      return log.includes(needle)
    })
    .map(([name]) => name)
}

/** The log's lines among what a platform printed. */
export function logLines(output: string): string[] {
  return output.split('\n').filter((line) => line.startsWith('{'))
}

/** The log's events by name, parsed. */
export function logEvents(output: string): { event: string; level: number; time: string }[] {
  return logLines(output).map((line) => {
    const parsed: unknown = JSON.parse(line)
    if (
      typeof parsed === 'object' &&
      parsed !== null &&
      'event' in parsed &&
      'level' in parsed &&
      'time' in parsed
    ) {
      return { event: String(parsed.event), level: Number(parsed.level), time: String(parsed.time) }
    }
    throw new Error(`Not a line of our log: ${line}`)
  })
}
