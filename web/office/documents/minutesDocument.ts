import type { MinutesContent } from '#contract/minutes.ts'
import type { MinutesState } from '#contract/meeting.ts'
import { officialDate, officialTime, officialTurns } from '#contract/officialText.ts'
import { annexSection, attendanceNodes } from './attendanceNodes.ts'
import type { Block, Columns, DocumentNode, DocumentTree, Paragraph } from './documentTree.ts'
import { officialLayout as layout } from './officialLayout.ts'
import { bodyText, centred, headed, personText } from './paragraphs.ts'
import { plainLine, plainParagraphs } from './plainText.ts'

/** A gap in which the clerk writes the number by hand. */
const numberBlank = '\u00A0'.repeat(8)

/**
 * The minutes as a document: Biên bản, NĐ 30/2020/NĐ-CP Phụ lục I and III (Mẫu 1.9). Pure.
 * @param state before approval every page bears DỰ THẢO
 */
export function minutesDocument(content: MinutesContent, state: MinutesState): DocumentTree {
  const isDraft = state === 'draft' || state === 'submitted'
  const attendance = attendanceNodes(content)
  return {
    title: plainLine(`Biên bản ${content.subject}`),
    author: plainLine(content.body),
    dateMs: content.dateMs,
    watermark: isDraft ? 'DỰ THẢO' : null,
    sections: [
      {
        nodes: [
          ...letterhead(content, isDraft),
          ...titleOf(content),
          bodyText(
            `Thời gian bắt đầu: ${officialTime(content.startedAtMs)}, ${officialDate(content.startedAtMs)}.`,
          ),
          bodyText(`Địa điểm: ${plainLine(content.location)}.`),
          ...attendance.nodes,
          bodyText(`Chủ trì (chủ tọa): ${personText(content.chair)}.`),
          bodyText(`Thư ký (người ghi biên bản): ${personText(content.secretary)}.`),
          ...proceedings(content),
          ...conclusions(content),
          ...ending(content),
        ],
      },
      ...(attendance.needsAnnex ? [annexSection(content)] : []),
    ],
  }
}

function letterhead(content: MinutesContent, isDraft: boolean): DocumentNode[] {
  const { leftMm, rightMm } = layout.header
  const size = layout.sizePt
  const left: Block[] = [
    ...bodyLines(content.parentBody).map((text) => centred(text, size.parentBody)),
    ...bodyLines(content.body).map((text) => centred(text, size.issuingBody, { isBold: true })),
    { type: 'rule', lengthMm: layout.ruleMm.body },
  ]
  const number = plainLine(content.docNumber)
  const names: Columns = {
    type: 'columns',
    leftMm,
    rightMm,
    left,
    right: [
      centred('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', size.nationalName, { isBold: true }),
      centred('Độc lập - Tự do - Hạnh phúc', size.motto, { isBold: true }),
      { type: 'rule', lengthMm: layout.ruleMm.motto },
    ],
  }
  const numberAndDate: Columns = {
    type: 'columns',
    leftMm,
    rightMm,
    left: [
      centred(`Số: ${number === '' ? numberBlank : number}/${plainLine(content.docSymbol)}`, size.number),
      ...(isDraft ? [centred('DỰ THẢO', size.number, { isBold: true })] : []),
    ],
    right: [
      centred(`${plainLine(content.place)}, ${officialDate(content.dateMs)}`, size.placeAndDate, {
        isItalic: true,
      }),
    ],
  }
  return [names, { type: 'gap', heightPt: 4 }, numberAndDate]
}

/** A body's name in capitals; a long name breaks where it is read, not in the middle of "THÀNH PHỐ". */
function bodyLines(body: string): string[] {
  const name = plainLine(body).toLocaleUpperCase('vi')
  if (name === '') return []
  const general = /^(ỦY BAN NHÂN DÂN|HỘI ĐỒNG NHÂN DÂN) (.+)$/u.exec(name)
  return general?.[1] && general[2] ? [general[1], general[2]] : [name]
}

function titleOf(content: MinutesContent): DocumentNode[] {
  return [
    { type: 'gap', heightPt: 10 },
    centred('BIÊN BẢN', layout.sizePt.title, { isBold: true }),
    centred(plainLine(content.subject), layout.sizePt.title, { isBold: true }),
    { type: 'rule', lengthMm: layout.ruleMm.title },
    { type: 'gap', heightPt: 10 },
  ]
}

function proceedings(content: MinutesContent): DocumentNode[] {
  const nodes = content.items.flatMap((item, index): Paragraph[] => {
    const at = item.startedAtMs === null ? '' : ` (${officialTime(item.startedAtMs)})`
    const head = { ...headed(`${index + 1}. ${plainLine(item.title)}${at}`), anchor: `item-${index + 1}` }
    const spoke = officialTurns(item.speakers)
    return [
      head,
      ...(spoke === null ? [] : [bodyText(plainLine(spoke), { isItalic: true })]),
      ...item.paragraphs.flatMap(plainParagraphs).map((text) => bodyText(text)),
    ]
  })
  return nodes.length === 0 ? [] : [headed('Nội dung (theo diễn biến cuộc họp):'), ...nodes]
}

function conclusions(content: MinutesContent): DocumentNode[] {
  const paragraphs = content.conclusions.flatMap(plainParagraphs).map((text) => bodyText(text))
  return paragraphs.length === 0 ? [] : [headed('Kết luận của chủ trì:'), ...paragraphs]
}

/** The closing sentence, the two signatures and the recipients: they do not part from each other. */
function ending(content: MinutesContent): DocumentNode[] {
  const size = layout.sizePt
  const half = layout.textWidthMm / 2
  const signature = (office: string, name: string): Block[] => [
    centred(office, size.signature, { isBold: true }),
    { type: 'gap', heightPt: layout.signatureGapPt },
    centred(plainLine(name), size.signature, { isBold: true }),
  ]
  const recipients = content.recipients.map(plainLine).filter((line) => line !== '')
  const closing = bodyText(
    `Cuộc họp kết thúc vào ${officialTime(content.endedAtMs)}, ${officialDate(content.endedAtMs)}./.`,
  )
  const signatures: Columns = {
    type: 'columns',
    leftMm: half,
    rightMm: half,
    left: signature('THƯ KÝ', content.secretary.name),
    right: signature('CHỦ TỌA', content.chair.name),
  }
  const receivers: Block[] = [
    { type: 'gap', heightPt: 10 },
    {
      type: 'paragraph',
      align: 'left',
      runs: [{ text: 'Nơi nhận:', sizePt: size.recipientsTitle, isBold: true, isItalic: true }],
    },
    ...recipients.map((line, index): Paragraph => {
      const text = `- ${line.replace(/[.;,]+$/, '')}${index === recipients.length - 1 ? '.' : ';'}`
      return { type: 'paragraph', align: 'left', runs: [{ text, sizePt: size.recipients }] }
    }),
  ]
  const isShort = recipients.length <= 12
  return [
    {
      type: 'together',
      nodes: [
        closing,
        { type: 'gap', heightPt: 8 },
        signatures,
        ...(isShort && recipients.length > 0 ? receivers : []),
      ],
    },
    ...(isShort ? [] : receivers),
  ]
}
