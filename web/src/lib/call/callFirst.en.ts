import type { CallMessages } from './callFirst.vi.ts'
import { agendaNews, chatNews, peopleNews } from './news.en.ts'
import { floor, floorNews } from './floor/floor.en.ts'
import { lobby } from './lobby/lobby.en.ts'
import { media } from './media/media.en.ts'
import { recording, recordingNews } from './recording/recording.en.ts'
import { stage } from './stage/stage.en.ts'
import { wall } from './wall/wall.en.ts'

/** The call's texts in English. */
export const callFirst: CallMessages = {
  ...floor,
  ...lobby,
  ...media,
  ...recording,
  ...stage,
  ...wall,
  news: { ...agendaNews, ...chatNews, ...floorNews, ...peopleNews, ...recordingNews },
  item: (index) => `Item ${index}`,
  over: (time) => `${time} over`,
  planned: (minutes) => `${minutes} min`,
  unread: (count) => (count === 1 ? '1 unread message' : `${count} unread messages`),
  controls: 'Meeting controls',
  panel: 'Side panel',
  closePanel: 'Close the side panel',
  more: 'More',
  leave: 'Leave',
  leaveMeeting: 'Leave the meeting',
  shortMic: 'Microphone',
  shortCam: 'Camera',
  shortShare: 'Share',
  shortHand: 'Speak',
  shortPanel: 'Panel',
  fullscreen: 'Full screen',
  exitFullscreen: 'Leave full screen',
  shortcuts: 'Keyboard shortcuts',
  reconnecting: 'The connection was lost and is being restored. What you typed is kept.',
  lost: 'The connection could not be restored yet. Please check this machine’s network; the page keeps trying.',
  wayBlockedTitle: 'This network blocks the way into the meeting',
  wayBlockedText:
    'The page opens, but the connection to the meeting does not get through. The page keeps trying.',
  askNetworkPeople: 'Please ask the network’s administrators:',
  wayBlockedAsk: ({ protocol, host, port }) =>
    `allow WebSocket (${protocol}) to ${host}, TCP port ${port}, path /socket.io/.`,
  notReachedTitle: 'The meeting cannot be reached yet',
  notReachedText: 'The server does not answer. Please check this machine’s network; the page keeps trying.',
  toMeeting: 'Go to the meeting’s page',
}
