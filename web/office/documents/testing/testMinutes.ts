import type { MinutesContent } from '#contract/minutes.ts'

/** 23 November 2026, 8:00 in Hanoi. */
export const startMs = Date.UTC(2026, 10, 23, 1, 0)
const minute = 60_000

function person(id: string, name: string, position: string, unitName: string) {
  return { participantId: id, name, position, unitName }
}

const chair = person('p1', 'Nguyễn Hữu Thắng', 'Phó Chủ tịch', 'Ủy ban nhân dân Thành phố')
const secretary = person('p2', 'Trần Thị Ngọc Ặng', 'Chuyên viên', 'Văn phòng UBND Thành phố')

/** Minutes as a secretary would have written them, for tests; every name is invented. */
export function newMinutes(change: Partial<MinutesContent> = {}): MinutesContent {
  return {
    parentBody: 'Ủy ban nhân dân Thành phố Hà Nội',
    body: 'Văn phòng',
    docNumber: '07',
    docSymbol: 'BB-VP',
    place: 'Hà Nội',
    dateMs: startMs,
    subject: 'Họp giao ban trực tuyến tháng 11 năm 2026 với các phường, xã',
    startedAtMs: startMs,
    endedAtMs: startMs + 195 * minute,
    location: 'Phòng họp số 3, trụ sở UBND Thành phố và các điểm cầu trực tuyến',
    chair,
    secretary,
    present: [
      {
        ...person('s1', 'Điểm cầu phường Hoàn Kiếm', '', 'Phường Hoàn Kiếm'),
        siteName: 'Điểm cầu phường Hoàn Kiếm',
        isSite: true,
        joinedAtMs: startMs - 12 * minute,
        isLate: false,
      },
      {
        ...person('p3', 'Lê Văn Quyết', 'Chủ tịch UBND', 'Phường Hoàn Kiếm'),
        siteName: 'phường Hoàn Kiếm',
        isSite: false,
        joinedAtMs: startMs - 10 * minute,
        isLate: false,
      },
      {
        ...person('p4', 'Phạm Thị Hường', 'Phó Giám đốc', 'Sở Tài chính'),
        siteName: '',
        isSite: false,
        joinedAtMs: startMs + 17 * minute,
        isLate: true,
      },
    ],
    absent: [
      { ...person('p5', 'Đỗ Quang Vỹ', 'Giám đốc', 'Sở Xây dựng'), reason: 'Có lý do: đi công tác' },
      { ...person('p6', 'Vũ Hồng Nhật', 'Chánh Thanh tra', 'Thanh tra Thành phố'), reason: 'Không báo' },
    ],
    items: [
      {
        agendaItemId: null,
        title: 'Khai mạc',
        startedAtMs: startMs,
        speakers: [{ ...chair, atMs: startMs + minute, durationMs: 4 * minute + 5_000 }],
        paragraphs: [
          'Đồng chí Nguyễn Hữu Thắng (Phó Chủ tịch, Ủy ban nhân dân Thành phố) phát biểu khai mạc, nêu mục đích, yêu cầu của cuộc họp và thông qua chương trình làm việc gồm hai nội dung.',
        ],
      },
      {
        agendaItemId: 'a1',
        title: 'Kết quả giải quyết thủ tục hành chính tháng 10; nhiệm vụ trọng tâm tháng 11',
        startedAtMs: startMs + 8 * minute,
        speakers: [
          {
            ...person('p3', 'Lê Văn Quyết', 'Chủ tịch UBND', 'Phường Hoàn Kiếm'),
            atMs: startMs + 9 * minute,
            durationMs: 12 * minute,
          },
          { ...chair, atMs: startMs + 25 * minute, durationMs: 42_000 },
          {
            ...person('p3', 'Lê Văn Quyết', 'Chủ tịch UBND', 'Phường Hoàn Kiếm'),
            atMs: startMs + 26 * minute,
            durationMs: 95_000,
          },
        ],
        paragraphs: [
          'Đồng chí Lê Văn Quyết (Chủ tịch UBND, Phường Hoàn Kiếm) báo cáo: trong tháng 10, phường đã tiếp nhận 1.284 hồ sơ, giải quyết trước và đúng hạn 1.279 hồ sơ, đạt 99,6%; 05 hồ sơ quá hạn đều thuộc lĩnh vực đất đai, nguyên nhân do dữ liệu chưa được số hóa đầy đủ khi tiếp nhận từ đơn vị hành chính cũ.',
          'Đồng chí đề nghị Thành phố sớm hoàn thành việc kết nối cơ sở dữ liệu đất đai; bổ sung nhân lực cho bộ phận một cửa của các phường có lượng hồ sơ lớn.',
        ],
      },
      {
        agendaItemId: 'a2',
        title: 'Tiến độ giải ngân vốn đầu tư công',
        startedAtMs: startMs + 60 * minute,
        speakers: [
          {
            ...person('p4', 'Phạm Thị Hường', 'Phó Giám đốc', 'Sở Tài chính'),
            atMs: startMs + 61 * minute,
            durationMs: 9 * minute,
          },
        ],
        paragraphs: [
          'Đồng chí Phạm Thị Hường (Phó Giám đốc, Sở Tài chính) báo cáo tiến độ giải ngân đến ngày 15 tháng 11 đạt 71,2% kế hoạch; kiến nghị các chủ đầu tư rà soát, điều chuyển kế hoạch vốn trước ngày 30 tháng 11.',
        ],
      },
    ],
    conclusions: [
      '1. Giao Văn phòng UBND Thành phố chủ trì, phối hợp với Sở Nông nghiệp và Môi trường hoàn thành kết nối dữ liệu đất đai trước ngày 15 tháng 12 năm 2026.',
      '2. Giao Sở Tài chính tổng hợp nhu cầu điều chuyển kế hoạch vốn, báo cáo Chủ tịch UBND Thành phố trong tuần đầu tháng 12.',
    ],
    recipients: ['Như thành phần tham dự', 'Chủ tịch UBND Thành phố (để báo cáo)', 'Lưu: VT, TH'],
    ...change,
  }
}

/** A city-wide conference: `siteCount` sites, thirty people and a few who are missing. */
export function conferenceMinutes(siteCount: number): MinutesContent {
  const base = newMinutes()
  return newMinutes({
    subject: 'Hội nghị trực tuyến toàn Thành phố về chuyển đổi số',
    present: [
      ...Array.from({ length: siteCount }, (_none, i) => ({
        ...person(`s${i}`, `Điểm cầu xã Đông Phương ${i + 1}`, '', `Ủy ban nhân dân xã Đông Phương ${i + 1}`),
        siteName: `Điểm cầu xã Đông Phương ${i + 1}`,
        isSite: true,
        joinedAtMs: startMs + (i % 29 === 7 ? 12 : -5) * minute,
        isLate: i % 29 === 7,
      })),
      ...Array.from({ length: 30 }, (_none, i) => ({
        ...person(
          `q${i}`,
          `Nguyễn Thị Thuỷ Tiên ${i + 1}`,
          'Phó Trưởng phòng Hành chính',
          'Sở Khoa học và Công nghệ',
        ),
        siteName: i % 3 === 0 ? `Điểm cầu trung tâm` : '',
        isSite: false,
        joinedAtMs: startMs,
        isLate: false,
      })),
    ],
    absent: base.absent,
  })
}
