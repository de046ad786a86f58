const startedAtMs = Date.now()

/** Prints one line with the time since the beginning. */
export function say(line: string): void {
  const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1).padStart(6)
  console.log(`${seconds} s  ${line}`)
}

/** Says what is being done, does it, and says how long it took. */
export async function step<T>(title: string, run: () => Promise<T>): Promise<T> {
  say(`${title} …`)
  const fromMs = Date.now()
  const result = await run()
  say(`  done in ${((Date.now() - fromMs) / 1000).toFixed(1)} s`)
  return result
}

/** Seconds since the demo began. */
export function elapsedSeconds(): number {
  return (Date.now() - startedAtMs) / 1000
}

/** Columns of text, as wide as they need. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
