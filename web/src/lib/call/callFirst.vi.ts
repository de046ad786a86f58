import { agendaNews, chatNews, peopleNews } from './news.vi.ts'
import { floor, floorNews } from './floor/floor.vi.ts'
import { lobby } from './lobby/lobby.vi.ts'
import { media } from './media/media.vi.ts'
import { recording, recordingNews } from './recording/recording.vi.ts'
import { stage } from './stage/stage.vi.ts'
import type { ServerAddress } from './serverAddress.ts'
import { wall } from './wall/wall.vi.ts'

/**
 * Texts of the call, gathered from its features, and those of what holds them together: bar, panel, banners, the end;
 * without those of the panels (`panelWords`).
 * Vietnamese is the shape that other languages satisfy.
 */
export const callFirst = {
  ...floor,
  ...lobby,
  ...media,
  ...recording,
  ...stage,
  ...wall,
  news: { ...agendaNews, ...chatNews, ...floorNews, ...peopleNews, ...recordingNews },
  item: (index: number) => `Nội dung ${index}`,
  over: (time: string) => `quá ${time}`,
  planned: (minutes: number) => `${minutes} phút`,
  unread: (count: number) => `${count} tin chưa đọc`,
  controls: 'Điều khiển cuộc họp',
  panel: 'Bảng bên',
  closePanel: 'Đóng bảng bên',
  more: 'Thêm',
  leave: 'Rời',
  leaveMeeting: 'Rời cuộc họp',
  shortMic: 'Micrô',
  shortCam: 'Camera',
  shortShare: 'Chia sẻ',
  shortHand: 'Phát biểu',
  shortPanel: 'Bảng bên',
  fullscreen: 'Toàn màn hình',
  exitFullscreen: 'Thoát toàn màn hình',
  shortcuts: 'Phím tắt',
  reconnecting: 'Mất kết nối, đang kết nối lại. Nội dung đang nhập vẫn được giữ.',
  lost: 'Chưa kết nối lại được. Xin kiểm tra mạng của máy; trang vẫn tiếp tục thử.',
  wayBlockedTitle: 'Mạng ở đây chặn đường vào cuộc họp',
  wayBlockedText: 'Trang mở được, nhưng kết nối tới cuộc họp không đi qua được. Trang vẫn tiếp tục thử.',
  askNetworkPeople: 'Xin báo bộ phận quản trị mạng:',
  wayBlockedAsk: ({ protocol, host, port }: ServerAddress) =>
    `cho phép WebSocket (${protocol}) tới ${host}, cổng TCP ${port}, đường dẫn /socket.io/.`,
  notReachedTitle: 'Chưa kết nối được tới cuộc họp',
  notReachedText: 'Máy chủ không trả lời. Xin kiểm tra mạng của máy; trang vẫn tiếp tục thử.',
  toMeeting: 'Đến trang cuộc họp',
}

/** What another language's call texts have to provide. */
export type CallMessages = typeof callFirst
