import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MinutesContent } from '#contract/minutes.ts'
import type { Block, DocumentNode, DocumentTree } from './documentTree.ts'
import { renderDocx } from './docx.ts'
import { minutesDocument } from './minutesDocument.ts'
import { bodyText, headed } from './paragraphs.ts'
import { renderPdf } from './pdf.ts'
import { conferenceMinutes, startMs, newMinutes } from './testing/testMinutes.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'diem-cau-whole-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The texts of a tree, each as often as it stands there. Table cells are words: a row is read across. */
function piecesOf(tree: DocumentTree): string[] {
  const of = (node: DocumentNode): string[] => {
    switch (node.type) {
      case 'paragraph':
        return node.runs.flatMap((run) => run.text.split(/\s+/u))
      case 'columns':
        return [...node.left, ...node.right].flatMap(of)
      case 'together':
        return node.nodes.flatMap(of)
      case 'table':
        return node.rows.flat().flatMap((cell) => cell.split(/\s+/u))
      case 'rule':
      case 'gap':
        return []
    }
  }
  return tree.sections.flatMap((section) => section.nodes.flatMap(of)).filter((text) => text !== '')
}

/** How often each letter occurs: no renderer may lose one, however it breaks lines and pages. */
function lettersOf(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const letter of text.normalize('NFC').replace(/[\s\d\p{Cc}]/gu, '')) {
    counts.set(letter, (counts.get(letter) ?? 0) + 1)
  }
  return counts
}

/** Letters of which the text has fewer than the tree, with how many are missing. */
function missingIn(text: string, tree: DocumentTree): Record<string, number> {
  const there = lettersOf(text)
  const missing: Record<string, number> = {}
  for (const [letter, count] of lettersOf(piecesOf(tree).join(''))) {
    const lost = count - (there.get(letter) ?? 0)
    if (lost > 0) missing[letter] = lost
  }
  return missing
}

async function pdfText(tree: DocumentTree): Promise<string> {
  const file = path.join(folder, 'whole.pdf')
  writeFileSync(file, await renderPdf(tree))
  return execFileSync('pdftotext', ['-raw', '-enc', 'UTF-8', file, '-'], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  })
}

async function docxText(tree: DocumentTree): Promise<string> {
  const xml = strFromU8(unzipSync(await renderDocx(tree))['word/document.xml'] ?? new Uint8Array())
  return [...xml.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)].map(([, text]) => text ?? '').join('\n')
}

const who = (i: number) => ({
  participantId: `q${i}`,
  name: `Nguyễn Văn Số ${i}`,
  position: 'Trưởng phòng',
  unitName: 'Phường A',
})

function oneItem(people: number, turnsEach: number, paragraphs = ['Một.']): MinutesContent {
  const speakers = Array.from({ length: people * turnsEach }, (_none, k) => ({
    ...who(k % people),
    atMs: startMs + k * 30_000,
    durationMs: 25_000,
  }))
  return newMinutes({
    items: [{ agendaItemId: 'a1', title: 'Thảo luận', startedAtMs: startMs, speakers, paragraphs }],
  })
}

const sentence = 'Đề nghị rà soát, cập nhật cơ sở dữ liệu đất đai của các phường, xã. '
const tenThousand = sentence
  .repeat(Math.ceil(10_000 / sentence.length))
  .slice(0, 10_000)
  .trim()

function attendees(count: number, text: (i: number) => string): MinutesContent {
  const [someone] = conferenceMinutes(1).present
  if (!someone) throw new Error('nobody is present')
  return newMinutes({
    present: Array.from({ length: count }, (_none, i) => ({
      ...someone,
      ...who(i),
      name: text(i),
      isSite: false,
    })),
  })
}

function bare(nodes: DocumentNode[]): DocumentTree {
  return { title: 'T', author: 'T', dateMs: startMs, watermark: null, sections: [{ nodes }] }
}

const many = (count: number): Block[] =>
  Array.from({ length: count }, (_none, i) => bodyText(`Dòng ${i} ${sentence}`))
const wide = 'W'.repeat(500)

const cases: [string, () => DocumentTree][] = [
  ['60 people who spoke twice', () => minutesDocument(oneItem(60, 2), 'approved')],
  ['60 people who spoke five times', () => minutesDocument(oneItem(60, 5), 'approved')],
  ['one who spoke 200 times', () => minutesDocument(oneItem(1, 200), 'approved')],
  ['2000 turns', () => minutesDocument(oneItem(500, 4), 'approved')],
  [
    '500 names of 100 letters',
    () =>
      minutesDocument(
        attendees(500, (i) => `Công Tằng Tôn Nữ ${i} ${'Nguyệt '.repeat(13)}`.slice(0, 100)),
        'draft',
      ),
  ],
  [
    'lines of 500 capitals wherever a line may stand',
    () => {
      const content = oneItem(3, 1)
      const person = { participantId: 'p', name: wide, position: wide, unitName: wide }
      return minutesDocument(
        {
          ...content,
          ...{ parentBody: wide, body: wide, docNumber: wide, docSymbol: wide, place: wide, subject: wide },
          ...{ location: wide, chair: person, secretary: person, conclusions: [wide] },
          recipients: Array.from({ length: 12 }, () => wide),
          absent: Array.from({ length: 30 }, () => ({ ...person, reason: wide })),
          items: content.items.map((item) => ({ ...item, title: wide })),
        },
        'approved',
      )
    },
  ],
  ['a paragraph of 10,000 letters', () => minutesDocument(oneItem(2, 1, [tenThousand]), 'approved')],
  ['a word of 20,000 letters', () => minutesDocument(oneItem(2, 1, ['x'.repeat(20_000)]), 'approved')],
  [
    '200 items',
    () => {
      const [item] = oneItem(4, 3, [tenThousand.slice(0, 900)]).items
      return minutesDocument(
        newMinutes({ items: item ? Array.from({ length: 200 }, () => item) : [] }),
        'draft',
      )
    },
  ],
  [
    '200 recipients',
    () => minutesDocument(newMinutes({ recipients: Array.from({ length: 200 }, () => sentence) }), 'draft'),
  ],
  [
    'a kept-together block of one long paragraph',
    () => bare([{ type: 'together', nodes: [bodyText(tenThousand)] }]),
  ],
  ['a kept-together block of many paragraphs', () => bare([{ type: 'together', nodes: many(200) }])],
  [
    'a kept-together block of tall columns',
    () =>
      bare([
        {
          type: 'together',
          nodes: [
            bodyText('Trước.'),
            { type: 'columns', leftMm: 60, rightMm: 105, left: many(40), right: many(60) },
            bodyText('Sau.'),
          ],
        },
      ]),
  ],
  [
    'columns taller than a page',
    () =>
      bare([{ type: 'columns', leftMm: 60, rightMm: 105, left: many(60), right: many(2) }, bodyText('Sau.')]),
  ],
  ['a head longer than a page', () => bare([headed(tenThousand), bodyText('Sau.')])],
  [
    'heads upon heads',
    () => bare([...Array.from({ length: 120 }, (_none, i) => headed(`Mục ${i}`)), bodyText('Sau.')]),
  ],
  [
    'table rows taller than a page',
    () =>
      bare([
        bodyText('Trước.'),
        {
          type: 'table',
          sizePt: 11,
          columns: [
            { title: 'STT', widthMm: 12, align: 'center' },
            { title: 'Lý do', widthMm: 40, align: 'left' },
            { title: 'Khác', widthMm: 40, align: 'left' },
          ],
          rows: [
            ['a', tenThousand, 'b'],
            ['c', 'd', sentence],
            ['e', tenThousand.slice(0, 5000), tenThousand],
          ],
        },
        bodyText('Sau.'),
      ]),
  ],
  [
    'a table whose titles are taller than a page',
    () =>
      bare([
        {
          type: 'table',
          sizePt: 11,
          columns: [{ title: tenThousand, widthMm: 40, align: 'left' }],
          rows: [['a'], ['b']],
        },
      ]),
  ],
]

test.each(cases)(
  '%s lose no letter, in the PDF and in the DOCX alike',
  { timeout: 60_000 },
  async (_name, make) => {
    const tree = make()
    expect(missingIn(await docxText(tree), tree)).toEqual({})
    expect(missingIn(await pdfText(tree), tree)).toEqual({})
  },
)
