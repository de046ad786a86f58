import type { MediaServers } from './mediaClient.ts'

/** Texts of one's own devices, and how sound and picture flow. */
export const media = {
  devicesTitle: 'Thiết bị',
  microphone: 'Micrô',
  camera: 'Camera',
  speaker: 'Loa',
  effects: 'Phông nền và tiếng ồn',
  defaultDevice: 'Mặc định của máy',
  deviceTaken: (device: string) => `Đang dùng thiết bị: ${device}`,
  deviceNumber: (kind: string, index: number) => `${kind} ${index}`,
  startingDevices: 'Đang mở thiết bị',
  level: 'Mức âm của micrô',
  silent:
    'Micrô đang bật nhưng không có tiếng. Xin kiểm tra nút tắt tiếng trên tai nghe, hoặc chọn micrô khác.',
  cameraIsOff: 'Camera đang tắt',
  micOn: 'Bật micrô',
  micOff: 'Tắt micrô',
  interrupted: {
    microphone: 'Máy đang tạm ngắt micrô (cuộc gọi hoặc ứng dụng khác đang dùng): mọi người chưa nghe được.',
    camera: 'Máy đang tạm ngắt camera (cuộc gọi hoặc ứng dụng khác đang dùng): mọi người chưa thấy hình.',
    both: 'Máy đang tạm ngắt micrô và camera (cuộc gọi hoặc ứng dụng khác đang dùng): mọi người chưa nghe, chưa thấy.',
  },
  micForbidden: 'Micrô đang bị khóa',
  camOn: 'Bật camera',
  camOff: 'Tắt camera',
  camForbidden: 'Camera đang bị khóa',
  share: 'Chia sẻ màn hình',
  stopSharing: 'Dừng chia sẻ',
  shareForbidden: 'Không được chia sẻ màn hình',
  youShare: 'Màn hình này đang được chia sẻ với cuộc họp',
  deviceSettings: 'Chọn thiết bị',
  quality: { good: 'Kết nối tốt', fair: 'Kết nối chập chờn', poor: 'Kết nối yếu' },
  mediaBlocked:
    'Đã vào cuộc họp, nhưng mạng ở đây chặn hình và tiếng. Trang tự nối khi đi qua được; vẫn trao đổi bằng chữ được.',
  mediaBlockedAsk: ({ hosts, ports }: MediaServers) =>
    `cho phép UDP và TCP tới ${hosts.join(', ')}, cổng ${ports.join(', ')}.`,
  mediaReconnecting: 'Hình và tiếng đang được nối lại.',
  weak: 'Mạng đang yếu. Tắt camera sẽ giúp nghe rõ hơn.',
  enableSound: 'Bật tiếng',
  soundBlocked: 'Trình duyệt đang chặn tiếng của cuộc họp.',
  speakingMuted: 'Micrô đang tắt. Mọi người chưa nghe được.',
  micLive: 'Micrô bật',
  micDead: 'Micrô tắt',
  camLive: 'Camera bật',
  camDead: 'Camera tắt',
}
