import type * as vi from './media.vi.ts'

/** The same in English. */
export const media: typeof vi.media = {
  devicesTitle: 'Devices',
  microphone: 'Microphone',
  camera: 'Camera',
  speaker: 'Loudspeaker',
  effects: 'Background and noise',
  defaultDevice: 'The machine’s default',
  deviceTaken: (device) => `Now using: ${device}`,
  deviceNumber: (kind, index) => `${kind} ${index}`,
  startingDevices: 'Starting the devices',
  level: 'Level of the microphone',
  silent:
    'The microphone is on but delivers nothing. Check the mute switch of the headset, or choose another.',
  cameraIsOff: 'The camera is off',
  micOn: 'Turn the microphone on',
  micOff: 'Turn the microphone off',
  interrupted: {
    microphone: 'This machine has paused the microphone (a call or another app uses it): nobody hears you.',
    camera: 'This machine has paused the camera (a call or another app uses it): nobody sees you.',
    both: 'This machine has paused microphone and camera (a call or another app uses them): nobody hears or sees you.',
  },
  micForbidden: 'Your microphone is locked',
  camOn: 'Turn the camera on',
  camOff: 'Turn the camera off',
  camForbidden: 'Your camera is locked',
  share: 'Share the screen',
  stopSharing: 'Stop sharing',
  shareForbidden: 'You may not share the screen',
  youShare: 'This screen is being shared with the meeting',
  deviceSettings: 'Choose devices',
  quality: { good: 'Good connection', fair: 'Unsteady connection', poor: 'Weak connection' },
  mediaBlocked:
    'You are in the meeting, but this network blocks picture and sound. They start by themselves once they get through; the chat works.',
  mediaBlockedAsk: ({ hosts, ports }) =>
    `allow UDP and TCP to ${hosts.join(', ')}, port ${ports.join(', ')}.`,
  mediaReconnecting: 'Picture and sound are being restored.',
  weak: 'The network is weak. Turning the camera off helps to hear better.',
  enableSound: 'Turn the sound on',
  soundBlocked: 'The browser blocks the sound of the meeting.',
  speakingMuted: 'Your microphone is off. Nobody hears you.',
  micLive: 'Microphone on',
  micDead: 'Microphone off',
  camLive: 'Camera on',
  camDead: 'Camera off',
}
