import type { MinutesContent } from '#contract/minutes.ts'
import type { MinutesState } from '#contract/meeting.ts'
import {
  gathering,
  isCouncil,
  itemNumbers,
  officialDate,
  officialTime,
  officialTimeFrom,
  officialTurns,
} from '#contract/officialText.ts'
import { annexSection, attendanceNodes } from './attendanceNodes.ts'
import type { Block, Columns, DocumentNode, DocumentTree, Paragraph } from './documentTree.ts'
import { officialLayout as layout } from './officialLayout.ts'
import { docReference } from './docReference.ts'
import {
  asSentence,
  blank,
  bodyText,
  centred,
  centredLines,
  headed,
  personText,
  ruledLines,
} from './paragraphs.ts'
import { plainLine, plainParagraphs } from './plainText.ts'

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
          bodyText(asSentence(`Địa điểm: ${plainLine(content.location) || blank}`)),
          ...attendance.nodes,
          bodyText(
            asSentence(`${isCouncil(content.body) ? 'Chủ tọa' : 'Chủ trì'}: ${personText(content.chair)}`),
          ),
          bodyText(asSentence(`Thư ký: ${personText(content.secretary)}`)),
          ...proceedings(content),
          ...conclusions(content),
          ...ending(content),
        ],
      },
      ...(attendance.needsAnnex ? [annexSection(content)] : []),
    ],
  }
}

/** Mẫu 1.9 has the number below the body's name, and no line with place and date: the text itself says both. */
function letterhead(content: MinutesContent, isDraft: boolean): DocumentNode[] {
  const { leftMm, rightMm } = layout.header
  const size = layout.sizePt
  const upper = (text: string): string => text.toLocaleUpperCase('vi')
  const nameMm = leftMm - besideNameMm
  const names: Columns = {
    type: 'columns',
    leftMm,
    rightMm,
    left: [
      ...centredLines(plainLine(content.parentBody), nameMm, (line) => ({
        text: upper(line),
        sizePt: size.parentBody,
      })),
      ...ruledLines(plainLine(content.body), nameMm, (line) => ({
        text: upper(line),
        sizePt: size.issuingBody,
        isBold: true,
      })),
    ],
    right: [
      centred('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', size.nationalName, { isBold: true }),
      centred('Độc lập - Tự do - Hạnh phúc', size.motto, { isBold: true }),
      { type: 'rule', lengthMm: layout.mottoRuleMm },
    ],
  }
  const number: Columns = {
    type: 'columns',
    leftMm,
    rightMm,
    left: [
      centred(`Số: ${docReference(content)}`, size.number),
      ...(isDraft ? [centred('DỰ THẢO', size.number, { isBold: true })] : []),
    ],
    right: [],
  }
  return [names, { type: 'gap', heightPt: 4 }, number]
}

/** Between a body's name and the country's. */
const besideNameMm = 2

function titleOf(content: MinutesContent): DocumentNode[] {
  const style = { sizePt: layout.sizePt.title, isBold: true }
  return [
    { type: 'gap', heightPt: 10 },
    centred('BIÊN BẢN', style.sizePt, style),
    ...ruledLines(plainLine(content.subject), layout.textWidthMm - 2 * layout.firstLineMm, (text) => ({
      text,
      ...style,
    })),
    { type: 'gap', heightPt: 10 },
  ]
}

function proceedings(content: MinutesContent): DocumentNode[] {
  const numbers = itemNumbers(content.items)
  const nodes = content.items.flatMap((item, index): Paragraph[] => {
    const at =
      item.startedAtMs === null ? '' : ` (${officialTimeFrom(content.startedAtMs, item.startedAtMs)})`
    const number = numbers[index] ?? null
    const title = `${number === null ? '' : `${number}. `}${plainLine(item.title)}${at}`
    const head = { ...headed(title), anchor: `item-${index + 1}` }
    const spoke = officialTurns(item.speakers, content.startedAtMs)
    return [
      head,
      ...(spoke === null ? [] : [bodyText(plainLine(spoke))]),
      ...item.paragraphs.flatMap(plainParagraphs).map((text) => bodyText(text)),
    ]
  })
  return nodes.length === 0 ? [] : [headed('Nội dung:'), ...nodes]
}

function conclusions(content: MinutesContent): DocumentNode[] {
  const paragraphs = content.conclusions.flatMap(plainParagraphs).map((text) => bodyText(text))
  return paragraphs.length === 0
    ? []
    : [headed(`Kết luận của ${isCouncil(content.body) ? 'chủ tọa' : 'chủ trì'}:`), ...paragraphs]
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
    `${gathering(plainLine(content.subject))} kết thúc vào ${officialTime(content.endedAtMs)}, ${officialDate(content.endedAtMs)}./.`,
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
