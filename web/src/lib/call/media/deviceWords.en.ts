import type * as vi from './deviceWords.vi.ts'

/** See the Vietnamese. */
export const deviceWords: typeof vi.deviceWords = {
  listenOnly: 'You can still join to listen and watch.',
  problems: {
    both: {
      blocked: {
        what: 'The browser blocks the microphone and the camera.',
        cure: 'Press the icon beside the address and allow both; the page notices, no reload is needed.',
      },
      missing: {
        what: 'No microphone and no camera were found.',
        cure: 'Plug them in; this page notices by itself.',
      },
      busy: {
        what: 'Another program is using the microphone and the camera.',
        cure: 'Close that program, then switch them on again.',
      },
      insecure: {
        what: 'This address may not use a microphone or a camera.',
        cure: 'Please open the page at the https address that your unit has announced.',
      },
      failed: {
        what: 'The microphone and the camera cannot be opened.',
        cure: 'Switch them on again, or choose other devices.',
      },
    },
    microphone: {
      blocked: {
        what: 'The browser blocks the microphone.',
        cure: 'Press the icon beside the address and allow it; this page notices by itself.',
      },
      missing: { what: 'No microphone was found.', cure: 'Plug one in; this page notices by itself.' },
      busy: {
        what: 'Another program is using the microphone.',
        cure: 'Close that program and switch the microphone on again.',
      },
      insecure: {
        what: 'This address does not allow microphones.',
        cure: 'Please open the page at the https address that your unit has announced.',
      },
      failed: { what: 'The microphone could not be opened.', cure: 'Switch it on again, or choose another.' },
    },
    camera: {
      blocked: {
        what: 'The browser blocks the camera.',
        cure: 'Press the icon beside the address and allow it; this page notices by itself.',
      },
      missing: { what: 'No camera was found.', cure: 'Plug one in; this page notices by itself.' },
      busy: {
        what: 'Another program is using the camera.',
        cure: 'Close that program and switch the camera on again.',
      },
      insecure: {
        what: 'This address does not allow cameras.',
        cure: 'Please open the page at the https address that your unit has announced.',
      },
      failed: { what: 'The camera could not be opened.', cure: 'Switch it on again, or choose another.' },
    },
  },
  excess: {
    microphone: {
      what: 'The microphone was switched off: it sent too much data.',
      cure: 'Choose another, or reload the page and switch it on again.',
    },
    camera: {
      what: 'The camera was switched off: it sent too much data.',
      cure: 'Choose another, or reload the page and switch it on again.',
    },
    screen: {
      what: 'Sharing the screen was stopped: it sent too much data.',
      cure: 'Share a smaller window, without its sound.',
    },
  },
}
