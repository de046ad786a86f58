import type { CallMessages } from './call.vi.ts'
import { agenda, agendaNews } from './agenda/agenda.en.ts'
import { chat, chatNews } from './chat/chat.en.ts'
import { floor, floorNews } from './floor/floor.en.ts'
import { lobby } from './lobby/lobby.en.ts'
import { media } from './media/media.en.ts'
import { people, peopleNews } from './people/people.en.ts'
import { recording, recordingNews } from './recording/recording.en.ts'
import { stage } from './stage/stage.en.ts'
import { wall } from './wall/wall.en.ts'

/** The call's texts in English. */
export const call: CallMessages = {
  ...agenda,
  ...chat,
  ...floor,
  ...lobby,
  ...media,
  ...people,
  ...recording,
  ...stage,
  ...wall,
  news: { ...agendaNews, ...chatNews, ...floorNews, ...peopleNews, ...recordingNews },
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
  endForAll: 'End for everyone',
  endWord: 'end',
  endTyped: (word) => `Type “${word}” to confirm`,
  end: 'End the meeting',
  toMeeting: 'Go to the meeting’s page',
}
