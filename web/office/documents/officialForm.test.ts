import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import type { MinutesContent } from '#contract/minutes.ts'
import type { Block, DocumentTree } from './documentTree.ts'
import { minutesDocument } from './minutesDocument.ts'
import { renderPdf } from './pdf.ts'
import { conferenceMinutes, startMs, newMinutes } from './testing/testMinutes.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'diem-cau-form-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function blocksOf(tree: DocumentTree): Block[] {
  return tree.sections.flatMap((section) =>
    section.nodes.flatMap((node): Block[] => {
      if (node.type === 'columns') return [...node.left, ...node.right]
      if (node.type === 'together')
        return node.nodes.flatMap((inner) =>
          inner.type === 'columns' ? [...inner.left, ...inner.right] : [inner],
        )
      return node.type === 'table' ? [] : [node]
    }),
  )
}

function textsOf(content: MinutesContent): string[] {
  return blocksOf(minutesDocument(content, 'approved')).flatMap((block) =>
    block.type === 'paragraph' ? [block.runs.map((run) => run.text).join('')] : [],
  )
}

/** The lines of the printed first page: text, place and width in points. */
async function printedLines(content: MinutesContent): Promise<{ text: string; widthMm: number }[]> {
  const file = path.join(folder, 'form.pdf')
  writeFileSync(file, await renderPdf(minutesDocument(content, 'approved')))
  const xml = execFileSync('pdftotext', ['-bbox-layout', '-enc', 'UTF-8', file, '-'], { encoding: 'utf8' })
  return [...xml.matchAll(/<line xMin="([\d.]+)"[^>]*xMax="([\d.]+)"[^>]*>(.*?)<\/line>/gs)].map(
    ([, from, to, inner]) => ({
      text: [...(inner ?? '').matchAll(/<word[^>]*>([^<]*)<\/word>/g)].map(([, word]) => word).join(' '),
      widthMm: ((Number(to) - Number(from)) * 25.4) / 72,
    }),
  )
}

const bodies = [
  ['Ủy ban nhân dân Thành phố Hà Nội', 'Sở Y tế', 'SỞ Y TẾ'],
  ['Ủy ban nhân dân Thành phố Hà Nội', 'Sở Nông nghiệp và Môi trường', 'VÀ MÔI TRƯỜNG'],
  ['', 'Ủy ban nhân dân phường Hoàn Kiếm', 'PHƯỜNG HOÀN KIẾM'],
  ['', 'Ủy ban nhân dân Thành phố Hà Nội', 'THÀNH PHỐ HÀ NỘI'],
] as const

test.each(bodies)(
  'the line under %s / %s is a third to half of the last line',
  async (parentBody, body, last) => {
    const content = newMinutes({ parentBody, body })
    const rule = blocksOf(minutesDocument(content, 'approved')).find((block) => block.type === 'rule')
    const printed = await printedLines(content)
    const width = printed.find((line) => line.text === last)?.widthMm ?? 0
    expect(width).toBeGreaterThan(0)
    expect((rule?.lengthMm ?? 0) / width).toBeGreaterThan(1 / 3)
    expect((rule?.lengthMm ?? 0) / width).toBeLessThan(1 / 2)
    expect(printed.map((line) => line.text).join('/')).not.toMatch(/THÀNH\/PHỐ|MÔI\/TRƯỜNG/)
  },
)

test.each([
  'Giao ban',
  'Họp về công tác phòng, chống bão số 3',
  newMinutes().subject + ' và các sở, ban, ngành',
])('the line under the subject %j is a third to half of its last line', async (subject) => {
  const content = newMinutes({ subject })
  const rule = blocksOf(minutesDocument(content, 'approved')).filter((block) => block.type === 'rule')[2]
  const end = (await printedLines(content)).find((line) => subject.endsWith(line.text))
  const share = (rule?.lengthMm ?? 0) / (end?.widthMm ?? 1)
  expect(share).toBeGreaterThan(1 / 3)
  expect(share).toBeLessThan(1 / 2)
})

describe('the minutes by Mẫu 1.9', () => {
  const said = (change: Partial<MinutesContent> = {}): string => textsOf(newMinutes(change)).join('\n')

  it('have the number below the body and no line of place and date', () => {
    expect(said()).toContain('Số: 07/BB-VP')
    expect(said({ docNumber: '7' })).toContain('Số: 07/BB-VP')
    expect(said({ docNumber: '112' })).toContain('Số: 112/BB-VP')
    expect(said()).not.toContain('Hà Nội, ngày')
  })

  it('choose among the words that the form offers', () => {
    expect(said()).not.toMatch(/\((chủ tọa|người ghi biên bản|theo diễn biến)/)
    expect(said()).toContain('Chủ trì: Đồng chí Nguyễn Hữu Thắng, Phó Chủ tịch Ủy ban nhân dân Thành phố.')
    expect(said({ body: 'Hội đồng nhân dân Thành phố Hà Nội', subject: 'Kỳ họp thứ 20' })).toMatch(
      /Chủ tọa: .*Kết luận của chủ tọa:.*Kỳ họp kết thúc vào/s,
    )
    expect(said({ subject: 'Hội nghị trực tuyến' })).toContain('Hội nghị kết thúc vào')
  })

  it('write the body upright', () => {
    const body = blocksOf(minutesDocument(newMinutes(), 'approved')).filter(
      (block) => block.type === 'paragraph' && block.firstLineMm !== undefined,
    )
    expect(body.length).toBeGreaterThan(10)
    for (const one of body)
      if (one.type === 'paragraph') expect(one.runs.some((run) => run.isItalic)).toBe(false)
  })

  it('always say who took part, and leave a line to write on for whom nobody knows', () => {
    const nobody = { participantId: null, name: '', position: '', unitName: '' }
    const text = said({ present: [], chair: nobody, secretary: nobody, location: '' })
    expect(text).toMatch(/^Thành phần tham dự: …+$/m)
    expect(text).toMatch(/^Chủ trì: …+$/m)
    expect(text).toMatch(/^Thư ký: …+$/m)
    expect(text).toMatch(/^Địa điểm: …+$/m)
  })

  it('end a sentence with one full stop', () => {
    const text = said({
      location: 'Phòng họp số 3.',
      chair: { ...newMinutes().chair, unitName: 'Sở Y tế.' },
    })
    expect(text).toContain('Địa điểm: Phòng họp số 3.\n')
    expect(text).not.toMatch(/\.\.(?!\/)/)
    const [, present] = newMinutes().present
    expect(said({ present: present ? [{ ...present, unitName: 'Phường Hoàn Kiếm.' }] : [] })).not.toMatch(
      /\.[.;]/,
    )
  })

  it('keep the numbers of the agenda: what was said before item 1 has none', () => {
    expect(said()).toMatch(/^Khai mạc \(08 giờ 00\)$/m)
    expect(said()).toMatch(/^1\. Kết quả giải quyết/m)
    expect(said()).toMatch(/^2\. Tiến độ giải ngân/m)
    const items = newMinutes().items.map((item) => ({ ...item, agendaItemId: null }))
    expect(said({ items })).toMatch(/^1\. Khai mạc/m)
  })

  it('name an office and a place once', () => {
    expect(said()).toContain(
      '- Lê Văn Quyết, Chủ tịch UBND phường Hoàn Kiếm (dự tại điểm cầu phường Hoàn Kiếm);',
    )
    expect(said()).toContain('- Điểm cầu phường Hoàn Kiếm;')
    expect(said()).toContain('- Vũ Hồng Nhật, Chánh Thanh tra Thành phố (Không báo).')
    expect(said()).toContain('- Phạm Thị Hường, Phó Giám đốc Sở Tài chính (đến lúc 08 giờ 17).')
  })

  it('say the day of what happened past midnight', () => {
    const late = startMs + 17 * 3_600_000 // 01:00 of the next day
    const [first] = newMinutes().items
    const [, , third] = newMinutes().present
    const text = said({
      present: third ? [{ ...third, joinedAtMs: late, isLate: true }] : [],
      items: first
        ? [{ ...first, startedAtMs: late, speakers: first.speakers.map((one) => ({ ...one, atMs: late })) }]
        : [],
    })
    expect(text).toContain('(đến lúc 01 giờ 00 ngày 24 tháng 11 năm 2026)')
    expect(text).toContain('1. Khai mạc (01 giờ 00 ngày 24 tháng 11 năm 2026)'.slice(3))
    expect(text).toContain('(01 giờ 00 ngày 24 tháng 11 năm 2026, 04 phút 05 giây)')
  })

  it('have an annex with its name in small letters and a title of what it lists', () => {
    const texts = textsOf(conferenceMinutes(150))
    expect(texts).toContain('Phụ lục')
    expect(texts).toContain('DANH SÁCH ĐIỂM CẦU VÀ ĐẠI BIỂU')
    expect(texts.join('\n')).not.toContain('PHỤ LỤC')
    expect(texts.join(' ')).toContain('(Kèm theo Biên bản số 07/BB-VP ngày 23 tháng 11 năm 2026')
  })
})
