import { readFileSync } from 'node:fs'
import type { Run } from './documentTree.ts'
import { pointsPerMm } from './officialLayout.ts'
import { tinosFiles } from './tinos.ts'

/** A face's letters: the width of each in thousandths of an em; what is not in it, the face does not have. */
type Face = ReadonlyMap<number, number>

const faces = new Map<keyof typeof tinosFiles, Face>()

/** How wide a text is on one line, in millimetres, without kerning. */
export function widthMmOf(run: Run): number {
  const face = faceOf(run)
  let mills = 0
  for (const letter of run.text) mills += face.get(letter.codePointAt(0) ?? 0) ?? 1000
  return (mills / 1000) * (run.sizePt / pointsPerMm)
}

/** Which letters of a text no face of ours has, each once; what has no width of its own, such as a tab, is none. */
export function lettersLacking(text: string): string[] {
  const faceless = [...text.normalize('NFC')].filter((letter) => {
    if (/[\s\p{Cc}\p{Cf}\p{Cs}]/u.test(letter)) return false
    return faceNames.some((name) => !face(name).has(letter.codePointAt(0) ?? 0))
  })
  return [...new Set(faceless)]
}

const faceNames = Object.keys(tinosFiles) as (keyof typeof tinosFiles)[] // of a closed object

function faceOf(run: Run): Face {
  if (run.isBold === true) return face(run.isItalic === true ? 'bolditalics' : 'bold')
  return face(run.isItalic === true ? 'italics' : 'normal')
}

function face(name: keyof typeof tinosFiles): Face {
  const known = faces.get(name) ?? readFace(tinosFiles[name])
  faces.set(name, known)
  return known
}

/** Reads what a TrueType file says of its letters (OpenType 1.9: `cmap` format 4, `hmtx`). */
function readFace(file: string): Face {
  const bytes = readFileSync(file)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const tables = new Map<string, number>()
  for (let i = 0; i < view.getUint16(4); i++) {
    const entry = 12 + 16 * i
    tables.set(bytes.toString('latin1', entry, entry + 4), view.getUint32(entry + 8))
  }
  const table = (name: string): number => {
    const at = tables.get(name)
    if (at === undefined) throw new Error(`${file} has no table ${name}`)
    return at
  }
  const unitsPerEm = view.getUint16(table('head') + 18)
  const longCount = view.getUint16(table('hhea') + 34)
  const widthOf = (glyph: number): number =>
    (view.getUint16(table('hmtx') + 4 * Math.min(glyph, longCount - 1)) * 1000) / unitsPerEm
  const letters = new Map<number, number>()
  for (const [code, glyph] of glyphsOf(view, table('cmap'))) letters.set(code, widthOf(glyph))
  return letters
}

function* glyphsOf(view: DataView, cmap: number): Generator<[number, number]> {
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const at = cmap + view.getUint32(cmap + 8 + 8 * i)
    if (view.getUint16(at) !== 4) continue
    const doubleCount = view.getUint16(at + 6)
    for (let k = 0; k < doubleCount; k += 2) {
      const last = view.getUint16(at + 14 + k)
      const first = view.getUint16(at + 16 + doubleCount + k)
      const delta = view.getUint16(at + 16 + 2 * doubleCount + k)
      const rangeAt = at + 16 + 3 * doubleCount + k
      const range = view.getUint16(rangeAt)
      for (let code = first; code <= last && code !== 0xffff; code++) {
        const raw = range === 0 ? code : view.getUint16(rangeAt + range + 2 * (code - first))
        const glyph = raw === 0 ? 0 : (raw + delta) % 0x10000
        if (glyph !== 0) yield [code, glyph]
      }
    }
    return
  }
}
