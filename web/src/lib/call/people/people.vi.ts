/** What changed since the last word, and how many are there now. */
export interface ComingsCount {
  came: number
  went: number
  hands: number
  present: number
}

/** Those that are said, with commas. */
export const listed = (parts: readonly (string | false)[]): string => parts.filter(Boolean).join(', ')

/** Texts of who is there, and who moderates them. */
export const people = {
  people: 'Đại biểu',
  inCall: (count: number) => `Đang có mặt: ${count}`,
  findPerson: 'Tìm theo tên hoặc đơn vị',
  nobodyFound: 'Không có ai phù hợp',
  actsFor: (name: string) => `Việc với ${name}`,
  muteOne: 'Tắt micrô',
  forbidOne: 'Tắt và khóa micrô',
  allowOne: 'Cho phép bật micrô',
  muteCamOne: 'Tắt camera',
  stopShareOne: 'Dừng chia sẻ màn hình',
  removeOne: 'Mời ra khỏi cuộc họp',
  removeTitle: (name: string) => `Mời ${name} ra khỏi cuộc họp?`,
  removeText: 'Người này sẽ rời cuộc họp ngay.',
  removeBan: 'Không cho vào lại cuộc họp này',
  remove: 'Mời ra',
  muteAll: 'Tắt micrô tất cả',
  muteAllForbid: 'Tắt và khóa micrô tất cả',
  allowAll: 'Cho phép tất cả bật micrô',
  unmuteIsForbidden: 'Micrô của mọi người đang bị khóa.',
  rollCall: (present: number, expected: number) => `Điểm danh: ${present}/${expected}`,
  absent: 'Chưa có mặt',
  present: 'Có mặt',
  markedAt: (site: string) => `Có mặt tại ${site}`,
  marked: 'Được ghi nhận có mặt',
  markPresent: 'Ghi có mặt',
  markAtSite: (site: string) => `Có mặt tại ${site}`,
  markHere: 'Có mặt, không qua điểm cầu',
  unmark: 'Bỏ ghi có mặt',
  /** Many changes in one sentence, for who cannot see them. */
  comings: ({ came, went, hands, present }: ComingsCount) =>
    `${listed([
      came > 0 && `${came} người vào`,
      went > 0 && `${went} người rời`,
      hands > 0 && `${hands} người xin phát biểu`,
    ])}. Đang có mặt: ${present}.`,
}
