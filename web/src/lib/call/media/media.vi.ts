import type { DeviceProblem } from './devices.ts'
import type { MediaServers } from './mediaClient.ts'

/** What is wrong with a device, and what cures it. */
export interface DeviceText {
  what: string
  cure: string
}

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
  listenOnly: 'Vẫn tham gia được để nghe và xem.',
  problems: {
    both: {
      blocked: {
        what: 'Trình duyệt đang chặn micrô và camera.',
        cure: 'Bấm biểu tượng cạnh ô địa chỉ, cho phép cả hai; trang tự nhận, không cần tải lại.',
      },
      missing: {
        what: 'Không tìm thấy micrô và camera.',
        cure: 'Cắm thiết bị; trang tự nhận.',
      },
      busy: {
        what: 'Micrô và camera đang được chương trình khác sử dụng.',
        cure: 'Đóng chương trình đó rồi bật lại.',
      },
      insecure: {
        what: 'Địa chỉ này không cho phép dùng micrô và camera.',
        cure: 'Xin mở trang bằng địa chỉ https mà đơn vị đã thông báo.',
      },
      failed: { what: 'Không mở được micrô và camera.', cure: 'Bật lại, hoặc chọn thiết bị khác.' },
    } satisfies Record<DeviceProblem, DeviceText> as Record<DeviceProblem, DeviceText>,
    microphone: {
      blocked: {
        what: 'Trình duyệt đang chặn micrô.',
        cure: 'Bấm biểu tượng cạnh ô địa chỉ, cho phép micrô; trang tự nhận, không cần tải lại.',
      },
      missing: { what: 'Không tìm thấy micrô.', cure: 'Cắm micrô hoặc tai nghe; trang tự nhận.' },
      busy: {
        what: 'Micrô đang được chương trình khác sử dụng.',
        cure: 'Đóng chương trình đó rồi bật lại micrô.',
      },
      insecure: {
        what: 'Địa chỉ này không cho phép dùng micrô.',
        cure: 'Xin mở trang bằng địa chỉ https mà đơn vị đã thông báo.',
      },
      failed: { what: 'Không mở được micrô.', cure: 'Bật lại, hoặc chọn micrô khác.' },
    } satisfies Record<DeviceProblem, DeviceText> as Record<DeviceProblem, DeviceText>,
    camera: {
      blocked: {
        what: 'Trình duyệt đang chặn camera.',
        cure: 'Bấm biểu tượng cạnh ô địa chỉ, cho phép camera; trang tự nhận, không cần tải lại.',
      },
      missing: { what: 'Không tìm thấy camera.', cure: 'Cắm camera; trang tự nhận.' },
      busy: {
        what: 'Camera đang được chương trình khác sử dụng.',
        cure: 'Đóng chương trình đó rồi bật lại camera.',
      },
      insecure: {
        what: 'Địa chỉ này không cho phép dùng camera.',
        cure: 'Xin mở trang bằng địa chỉ https mà đơn vị đã thông báo.',
      },
      failed: { what: 'Không mở được camera.', cure: 'Bật lại, hoặc chọn camera khác.' },
    } satisfies Record<DeviceProblem, DeviceText> as Record<DeviceProblem, DeviceText>,
  },
  excess: {
    microphone: {
      what: 'Micrô đã bị tắt vì gửi quá nhiều dữ liệu.',
      cure: 'Chọn micrô khác, hoặc tải lại trang rồi bật lại.',
    },
    camera: {
      what: 'Camera đã bị tắt vì gửi quá nhiều dữ liệu.',
      cure: 'Chọn camera khác, hoặc tải lại trang rồi bật lại.',
    },
    screen: {
      what: 'Việc chia sẻ màn hình đã dừng vì gửi quá nhiều dữ liệu.',
      cure: 'Chia sẻ lại một cửa sổ nhỏ hơn, không kèm tiếng.',
    },
  },
  micOn: 'Bật micrô',
  micOff: 'Tắt micrô',
  micInterrupted: 'Máy đang tạm ngắt micrô: mọi người chưa nghe được.',
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
