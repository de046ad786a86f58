/**
 * The layout of official documents, NĐ 30/2020/NĐ-CP Phụ lục I, within the ranges that it leaves open.
 * Millimetres and points; sizes are the consistent pair 13 + 14.
 */
export const officialLayout = {
  page: { widthMm: 210, heightMm: 297 },
  /** Top and bottom 20–25, left 30–35, right 15–20. */
  marginMm: { top: 20, bottom: 20, left: 30, right: 15 },
  /** Between the side margins. */
  textWidthMm: 165,
  sizePt: {
    nationalName: 13,
    motto: 14,
    body: 14,
    parentBody: 13,
    issuingBody: 13,
    number: 13,
    placeAndDate: 14,
    title: 14,
    signature: 14,
    recipientsTitle: 12,
    recipients: 11,
    pageNumber: 14,
    annexTable: 11,
  },
  firstLineMm: 12.7,
  /** At least 6 between paragraphs. */
  paragraphGapPt: 6,
  /** Single to 1.5. */
  lineSpacing: 1.1,
  header: { leftMm: 62, rightMm: 103 },
  /** A line as long as the motto. */
  mottoRuleMm: 62,
  /** Of a line under a name or a subject, measured by the last line above it: a third to half. */
  ruleShare: 0.42,
  signatureGapPt: 72,
} as const

/** Points in a millimetre. */
export const pointsPerMm = 72 / 25.4
