import type { DeviceProblem } from './devices.ts'

/** What is wrong with a device, and what cures it. */
export interface DeviceText {
  what: string
  cure: string
}

/** Texts of devices that do not work; they come when one does not, or after the first picture. */
export const deviceWords = {
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
}
