import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MinutesContent } from '#contract/minutes.ts'
import type { DocumentNode, DocumentTree } from './documentTree.ts'
import { renderDocx } from './docx.ts'
import { minutesDocument } from './minutesDocument.ts'
import { renderPdf } from './pdf.ts'
import { createDocumentRenderer } from './renderDocument.ts'
import { conferenceMinutes, newMinutes } from './testing/testMinutes.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'diem-cau-documents-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let count = 0
function stored(bytes: Uint8Array, extension: string): string {
  count += 1
  const file = path.join(folder, `${count}.${extension}`)
  writeFileSync(file, bytes)
  return file
}

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
}

/** Without white space: where a line breaks is the renderer's business. */
function squeezed(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, '')
}

/** Names begin with a capital in a list and without one in a sentence. */
function folded(text: string): string {
  return text.normalize('NFC').toLocaleLowerCase('vi')
}

function pdfText(file: string): string {
  return run('pdftotext', '-layout', '-enc', 'UTF-8', file, '-')
}

function pages(file: string): string[] {
  return pdfText(file).split('\f').slice(0, -1)
}

/** What a PDF says in reading order, page numbers removed. */
function pdfWords(file: string): string {
  const raw = run('pdftotext', '-raw', '-enc', 'UTF-8', file, '-').split('\f')
  return squeezed(raw.map((page, i) => (i === 0 ? page : page.replace(/\n\d+\n$/, '\n'))).join('\n'))
}

function docxParts(bytes: Uint8Array): Record<string, string> {
  return Object.fromEntries(
    Object.entries(unzipSync(bytes))
      .filter(([name]) => name.endsWith('.xml'))
      .map(([name, data]) => [name, strFromU8(data)]),
  )
}

function docxWords(bytes: Uint8Array): string {
  const xml = docxParts(bytes)['word/document.xml'] ?? ''
  const texts = [...xml.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)].map(([, text]) => text ?? '')
  return squeezed(
    texts
      .join('')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&'),
  )
}

function treeTexts(tree: DocumentTree): string[] {
  const of = (node: DocumentNode): string[] => {
    switch (node.type) {
      case 'paragraph':
        return [node.runs.map((one) => one.text).join('')]
      case 'columns':
        return [...node.left, ...node.right].flatMap(of)
      case 'together':
        return node.nodes.flatMap(of)
      case 'table':
        return [...node.columns.map((column) => column.title), ...node.rows.flat()]
      case 'rule':
      case 'gap':
        return []
    }
  }
  return tree.sections.flatMap((section) => section.nodes.flatMap(of)).filter((text) => text.trim() !== '')
}

/** Every text of the content that a person wrote or is named by. */
function contentTexts(content: MinutesContent): string[] {
  const person = (one: { name: string; position: string; unitName: string }): string[] => [
    one.name,
    one.position,
    one.unitName,
  ]
  return [
    content.docNumber,
    content.docSymbol,
    content.subject,
    content.location,
    ...person(content.chair),
    ...person(content.secretary),
    ...content.present.flatMap((one) => [...person(one), one.isSite ? '' : one.siteName]),
    ...content.absent.flatMap((one) => [...person(one), one.reason]),
    ...content.items.flatMap((item) => [
      item.title,
      ...item.paragraphs,
      ...item.speakers.map((one) => one.name),
    ]),
    ...content.conclusions,
    ...content.recipients,
  ].filter((text) => text !== '')
}

const long = newMinutes({
  items: [
    {
      agendaItemId: 'a1',
      title: 'Thảo luận',
      startedAtMs: null,
      speakers: [],
      paragraphs: Array.from(
        { length: 500 },
        (_none, i) =>
          `Ý kiến thứ ${i + 1}: đề nghị rà soát, cập nhật cơ sở dữ liệu; bảo đảm an toàn thông tin mạng trong quá trình kết nối, chia sẻ giữa các phường, xã.`,
      ),
    },
  ],
})

describe.each([
  ['short minutes', newMinutes()],
  ['minutes of 150 sites', conferenceMinutes(150)],
  ['minutes of 500 paragraphs', long],
])('%s', (_name, content) => {
  it('say everything that the content says, in the PDF and in the DOCX alike', async () => {
    const tree = minutesDocument(content, 'approved')
    const pdf = folded(pdfWords(stored(await renderPdf(tree), 'pdf')))
    const docx = folded(docxWords(await renderDocx(tree)))
    const cells = tree.sections.flatMap((s) =>
      s.nodes.flatMap((n) => (n.type === 'table' ? n.rows.flat() : [])),
    )
    const inTable = new Set(cells.map(folded))
    const texts = [...treeTexts(tree), ...contentTexts(content)].map(folded)
    // Cells of a row are interleaved in reading order: what stands in a table is looked for word by word.
    const pieces = texts.flatMap((text) =>
      inTable.has(text) || isListed(content, text) ? text.split(' ') : [text],
    )
    expect(texts.filter((text) => !docx.includes(squeezed(text)))).toEqual([])
    expect(pieces.filter((text) => !pdf.includes(squeezed(text)))).toEqual([])
  })
})

/** Whether a text stands only in the annex's tables. */
function isListed(content: MinutesContent, text: string): boolean {
  if (content.present.length + content.absent.length <= 20) return false
  return [...content.present, ...content.absent].some((one) =>
    [one.name, one.position, one.unitName, 'reason' in one ? one.reason : one.siteName]
      .map(folded)
      .includes(text),
  )
}

describe('the PDF', () => {
  let file = ''
  beforeAll(async () => {
    file = stored(await renderPdf(minutesDocument(conferenceMinutes(150), 'approved')), 'pdf')
  })

  it('is A4', () => {
    expect(run('pdfinfo', file)).toMatch(/Page size: +595\.\d+ x 841\.\d+ pts \(A4\)/)
  })

  it('carries its fonts, which know every Vietnamese letter', async () => {
    const letters = 'Ặ ặ Ẫ ẫ Ế ế Ễ ễ Ộ ộ Ỗ ỗ Ở ở Ữ ữ Ự ự Ỹ ỹ Ỵ ỵ Đ đ Ắ ằ Ẳ ẵ'
    const pdf = stored(
      await renderPdf(minutesDocument(newMinutes({ conclusions: [letters.normalize('NFD')] }), 'approved')),
      'pdf',
    )
    expect(pdfWords(pdf)).toContain(squeezed(letters))
    const fonts = run('pdffonts', pdf).trim().split('\n').slice(2)
    expect(fonts.length).toBeGreaterThanOrEqual(3)
    for (const font of fonts) expect(font).toMatch(/Tinos-\w+ +CID TrueType +Identity-H +yes yes yes/)
  })

  it('keeps the margins of Phụ lục I', () => {
    const mm = 72 / 25.4
    const xml = run('pdftotext', '-bbox', file, '-')
    const words = [...xml.matchAll(/xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">/g)]
    expect(words.length).toBeGreaterThan(500)
    for (const [, xMin, , xMax, yMax] of words) {
      expect(Number(xMin)).toBeGreaterThanOrEqual(30 * mm - 0.5)
      expect(Number(xMax)).toBeLessThanOrEqual((210 - 15) * mm + 0.5)
      expect(Number(yMax)).toBeLessThanOrEqual((297 - 20) * mm + 4)
    }
  })

  it('numbers its pages in the top margin, but not the first, and the annex on its own', () => {
    const all = pages(file)
    const annexAt = all.findIndex((page) => /^ *Phụ lục$/m.test(page))
    expect(annexAt).toBeGreaterThan(0)
    const firstLines = all.map((page) => page.trim().split('\n')[0]?.trim() ?? '')
    expect(firstLines[0]).not.toMatch(/^\d+$/)
    expect(firstLines.slice(1, annexAt)).toEqual(
      Array.from({ length: annexAt - 1 }, (_none, i) => String(i + 2)),
    )
    expect(firstLines[annexAt]).toBe('Phụ lục')
    expect(firstLines.slice(annexAt + 1)).toEqual(
      Array.from({ length: all.length - annexAt - 1 }, (_none, i) => String(i + 2)),
    )
  })

  it('lists 150 sites on at most eight pages and repeats the table heads', () => {
    const annex = pages(file).slice(pages(file).findIndex((page) => /^ *Phụ lục$/m.test(page)))
    expect(annex.length).toBeLessThanOrEqual(8)
    for (const page of annex) expect(page).toContain('STT')
  })

  it('keeps the closing sentence and the signatures on one page', async () => {
    for (let extra = 0; extra < 30; extra += 6) {
      const content = newMinutes({ conclusions: Array.from({ length: extra }, () => 'Một kết luận ngắn.') })
      const all = pages(stored(await renderPdf(minutesDocument(content, 'approved')), 'pdf'))
      const last = all.find((page) => page.includes('THƯ KÝ') && page.includes('CHỦ TỌA'))
      expect(last).toContain('./.')
      expect(last).toContain('Nơi nhận:')
    }
  })

  it('never leaves a head alone at the foot of a page', async () => {
    const text = 'Ý kiến: đề nghị rà soát, cập nhật cơ sở dữ liệu. '.repeat(30).trim()
    const [, item] = newMinutes().items
    const items = Array.from({ length: 60 }, (_none, i) => ({
      ...(item ?? { agendaItemId: null, startedAtMs: null, speakers: [] }),
      title: `Nội dung ${'thứ '.repeat(i % 23)}`,
      paragraphs: [text.slice(0, 200 + 37 * i)],
    }))
    const all = pages(stored(await renderPdf(minutesDocument(newMinutes({ items }), 'approved')), 'pdf'))
    expect(all.length).toBeGreaterThan(25)
    for (const page of all) {
      const lines = page.split('\n').filter((one) => one.trim() !== '')
      expect(lines.at(-1)).not.toMatch(/^ *\d+\. Nội dung|thứ|\(\d+ giờ \d+\)$/)
      expect(lines.at(-2)).not.toMatch(/^ *\d+\. Nội dung/)
    }
  })

  it('wraps a word that is longer than a line', async () => {
    const word = 'x'.repeat(400)
    const content = newMinutes({
      conclusions: [word],
      subject: 'y'.repeat(200),
      body: 'Z'.repeat(120),
      present: conferenceMinutes(30).present.map((one) => ({ ...one, unitName: 'w'.repeat(90) })),
    })
    const pdf = stored(await renderPdf(minutesDocument(content, 'approved')), 'pdf')
    expect(pdfWords(pdf).includes(word)).toBe(true)
    const xml = run('pdftotext', '-bbox', pdf, '-')
    for (const [, xMax] of xml.matchAll(/xMax="([\d.]+)"/g)) expect(Number(xMax)).toBeLessThan(554)
  })
})

describe('the DOCX', () => {
  it('has the page, the margins and the numbers of Phụ lục I', async () => {
    const parts = docxParts(await renderDocx(minutesDocument(conferenceMinutes(40), 'approved')))
    const xml = parts['word/document.xml'] ?? ''
    const sections = [...xml.matchAll(/<w:sectPr.*?<\/w:sectPr>/gs)].map(([section]) => section)
    expect(sections).toHaveLength(2)
    for (const section of sections) {
      expect(section).toContain('<w:titlePg')
      expect(section).toMatch(/<w:pgNumType[^>]* w:start="1"/)
      expect(section).toMatch(/w:w="11906" w:h="16838"/)
      expect(section).toMatch(/<w:pgMar w:top="1134" w:right="850" w:bottom="1134" w:left="1701"/)
    }
    expect(xml).toMatch(/<w:ind w:firstLine="720"\/>/)
    const headers = Object.entries(parts).filter(([name]) => name.startsWith('word/header'))
    expect(headers.filter(([, header]) => header.includes('PAGE'))).toHaveLength(2)
    expect(headers).toHaveLength(4)
  })

  it('names Times New Roman and embeds Tinos under that name', async () => {
    const bytes = await renderDocx(minutesDocument(newMinutes(), 'approved'))
    const parts = docxParts(bytes)
    expect(parts['word/styles.xml']).toContain('Times New Roman')
    expect(parts['word/fontTable.xml']).toMatch(
      /<w:font w:name="Times New Roman">.*embedRegular.*embedBoldItalic/s,
    )
    expect(Object.keys(unzipSync(bytes)).filter((name) => name.endsWith('.odttf'))).toHaveLength(4)
  })

  it('has fonts that open with the keys that it names', async () => {
    const files = unzipSync(await renderDocx(minutesDocument(newMinutes(), 'approved')))
    const table = strFromU8(files['word/fontTable.xml'] ?? new Uint8Array())
    const [, key = ''] = /embedRegular [^>]*w:fontKey="\{([0-9A-F-]+)\}"/.exec(table) ?? []
    const digits = key.replaceAll('-', '')
    const font = files['word/fonts/font1.odttf'] ?? new Uint8Array()
    // The last digits of the key belong to the first byte (ECMA-376 part 4, 9.2).
    const head = [0, 1, 2, 3].map((i) => (font[i] ?? 0) ^ parseInt(digits.slice(30 - 2 * i, 32 - 2 * i), 16))
    expect(head).toEqual([0, 1, 0, 0]) // a TrueType file
  })
})

describe('either document', () => {
  it('is the same to the byte when it is rendered again', async () => {
    const tree = minutesDocument(newMinutes(), 'draft')
    expect(Buffer.compare(await renderPdf(tree), await renderPdf(tree))).toBe(0)
    const first = await renderDocx(tree)
    await new Promise((resolve) => setImmediate(resolve))
    expect(Buffer.compare(first, await renderDocx(tree))).toBe(0)
    expect(docxParts(first)['docProps/core.xml']).toContain('2026-11-23T01:00:00.000Z')
  })

  it('is marked DỰ THẢO until the chair has approved', async () => {
    for (const state of ['draft', 'submitted', 'approved', 'published'] as const) {
      const tree = minutesDocument(newMinutes(), state)
      const isDraft = state === 'draft' || state === 'submitted'
      expect(treeTexts(tree).includes('DỰ THẢO')).toBe(isDraft)
      const parts = docxParts(await renderDocx(tree))
      expect(Object.values(parts).some((xml) => xml.includes('string="DỰ THẢO"'))).toBe(isDraft)
    }
  })

  it('takes markup in names and paragraphs as text', async () => {
    const hostile = [
      '<script>alert(1)</script>',
      '<w:p/></w:t></w:r>&amp;&#x41;',
      '{{{name}}} ${7*7} <%= x %>',
      ']]> --> "quoted" \'so\' & so',
    ]
    const [name = '', position = ''] = hostile
    const content = newMinutes({
      chair: { participantId: 'p1', name, position, unitName: 'Đơn vị' },
      conclusions: hostile,
    })
    const tree = minutesDocument(content, 'approved')
    const docx = docxWords(await renderDocx(tree))
    const pdf = pdfWords(stored(await renderPdf(tree), 'pdf'))
    for (const text of hostile) {
      expect(docx).toContain(squeezed(text))
      expect(pdf).toContain(squeezed(text))
    }
  })

  it('survives control characters, halves of surrogates and turned writing', async () => {
    const content = newMinutes({ conclusions: ['Một\u0000 hai\u0008 \uD83D ba\u202E bốn\uFFFE \u{1F642}'] })
    const tree = minutesDocument(content, 'approved')
    const bytes = await renderDocx(tree)
    expect(docxWords(bytes)).toContain('Mộthaibabốn')
    const xml = docxParts(bytes)['word/document.xml'] ?? ''
    expect(['\u0000', '\u0008', '\u202E', '\uFFFE', '\uFFFD'].filter((one) => xml.includes(one))).toEqual([])
    expect(pdfWords(stored(await renderPdf(tree), 'pdf'))).toContain('Mộthaibabốn')
  })
})

describe('the renderer', () => {
  it('works in a thread of its own and gives the same bytes', async () => {
    const tree = minutesDocument(newMinutes(), 'approved')
    const renderer = createDocumentRenderer()
    const [pdf, docx, again] = await Promise.all([
      renderer.render(tree, 'pdf', 'one'),
      renderer.render(tree, 'docx', 'one'),
      renderer.render(tree, 'pdf', 'another'),
    ])
    expect(Buffer.compare(pdf, await renderPdf(tree))).toBe(0)
    expect(Buffer.compare(docx, await renderDocx(tree))).toBe(0)
    expect(again).toBe(pdf)
  })

  it('gives up on a document that takes too long, and goes on with the next', async () => {
    const tree = minutesDocument(long, 'approved')
    await expect(createDocumentRenderer({ timeoutMs: 1 }).render(tree, 'pdf', 'one')).rejects.toMatchObject({
      code: 'document_too_long',
    })
    const renderer = createDocumentRenderer()
    await expect(
      renderer.render(
        { ...tree, sections: [{ nodes: [{ type: 'rule', lengthMm: Number.NaN }] }] },
        'pdf',
        'one',
      ),
    ).rejects.toThrow()
    expect(
      (await renderer.render(minutesDocument(newMinutes(), 'draft'), 'pdf', 'one')).length,
    ).toBeGreaterThan(1000)
  })

  it.each(['pdf', 'docx'] as const)(
    'refuses a %s of 3 MB at once, and nobody else waits for it',
    async (format) => {
      const paragraph = {
        type: 'paragraph' as const,
        align: 'left' as const,
        runs: [{ text: 'Nghe báo cáo. '.repeat(200), sizePt: 14 }],
      }
      const tree = minutesDocument(newMinutes(), 'approved')
      const huge = { ...tree, sections: [{ nodes: Array.from({ length: 1100 }, () => paragraph) }] }
      const renderer = createDocumentRenderer()
      await expect(renderer.render(huge, format, 'one')).rejects.toMatchObject({ code: 'document_too_long' })
      expect((await renderer.render(tree, format, 'another')).length).toBeGreaterThan(1000)
    },
  )
})
