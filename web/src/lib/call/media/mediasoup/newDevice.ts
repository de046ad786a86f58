import { detectDevice, Device } from 'mediasoup-client'

/**
 * The vendor's device with the half for this browser. Chromium's comes with it; the others are loaded where they are
 * needed (leftOut.ts keeps them out of what the vendor itself loads).
 */
export async function newDevice(): Promise<Device> {
  switch (detectDevice()) {
    case 'Firefox120': {
      const { Firefox120 } = await import('mediasoup-client/handlers/Firefox120')
      return new Device({ handlerFactory: Firefox120.createFactory({}) })
    }
    case 'Safari12': {
      const { Safari12 } = await import('mediasoup-client/handlers/Safari12')
      return new Device({ handlerFactory: Safari12.createFactory({}) })
    }
    default:
      return new Device()
  }
}
