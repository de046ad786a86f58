import { unzipSync, zipSync, strFromU8, strToU8, type Zippable } from 'fflate'

/** Takes out of a packed DOCX what differs from run to run: the clock and the random font keys. */
export function settleDocx(packed: Uint8Array, dateMs: number): Uint8Array {
  const files = unzipSync(packed)
  const edit = (path: string, change: (xml: string) => string): void => {
    const found = files[path]
    if (!found) throw new Error(`the packer wrote no ${path}`)
    files[path] = strToU8(change(strFromU8(found)))
  }
  const stamp = new Date(dateMs).toISOString()
  edit('docProps/core.xml', (xml) =>
    xml.replace(/(<dcterms:(?:created|modified)[^>]*>)[^<]*/g, (_all, open: string) => open + stamp),
  )
  edit('word/fontTable.xml', (xml) => rekeyed(xml, files))
  const headers = Object.keys(files).filter((path) => /^word\/header\d+\.xml$/.test(path))
  for (const path of headers) {
    // Word knows a watermark by the name's beginning; the rest is random.
    edit(path, (xml) =>
      xml.replace(
        /PowerPlusWaterMarkObject[\w-]+/g,
        () => `PowerPlusWaterMarkObject${/\d+/.exec(path)?.[0] ?? ''}`,
      ),
    )
  }
  const entries: Zippable = {}
  for (const path of Object.keys(files).toSorted()) {
    const data = files[path]
    if (data) entries[path] = [data, { mtime: zipEpoch, level: 6 }]
  }
  return zipSync(entries)
}

/** The earliest local time that a ZIP entry can carry. */
const zipEpoch = new Date(1980, 0, 1)

/**
 * Embedded fonts are obfuscated by XOR of their first 32 bytes with a key (ECMA-376 part 4, 9.2): random keys are
 * exchanged for fixed ones.
 */
function rekeyed(fontTable: string, files: Record<string, Uint8Array>): string {
  let index = 0
  return fontTable.replace(/w:fontKey="\{([0-9A-F-]{36})\}"/gi, (_all, oldKey: string) => {
    index += 1
    const newKey = `D1E3CA00-0000-4000-8000-00000000000${index}`
    const path = `word/fonts/font${index}.odttf`
    const data = files[path]
    if (!data) throw new Error(`the packer wrote no ${path}`)
    const [from, to] = [keyBytes(oldKey), keyBytes(newKey)]
    for (let i = 0; i < 32 && i < data.length; i++) {
      data[i] = (data[i] ?? 0) ^ (from[i % 16] ?? 0) ^ (to[i % 16] ?? 0)
    }
    return `w:fontKey="{${newKey}}"`
  })
}

/** A key's bytes in the order in which they are applied: the GUID's digits from the last to the first. */
function keyBytes(guid: string): number[] {
  const digits = guid.replaceAll('-', '')
  return Array.from({ length: 16 }, (_none, i) => parseInt(digits.slice(30 - 2 * i, 32 - 2 * i), 16))
}
