import type { Results, SelfieSegmentation } from '@mediapipe/selfie_segmentation'
import scriptUrl from '@mediapipe/selfie_segmentation/selfie_segmentation.js?url&no-inline'
import graphUrl from '@mediapipe/selfie_segmentation/selfie_segmentation.binarypb?url&no-inline'
import modelUrl from '@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite?url&no-inline'
import loaderUrl from '@mediapipe/selfie_segmentation/selfie_segmentation_solution_simd_wasm_bin.js?url&no-inline'
import wasmUrl from '@mediapipe/selfie_segmentation/selfie_segmentation_solution_simd_wasm_bin.wasm?url&no-inline'
import type { Made } from './made.ts'

const files: Record<string, string> = {
  'selfie_segmentation.binarypb': graphUrl,
  'selfie_segmentation_landscape.tflite': modelUrl,
  'selfie_segmentation_solution_simd_wasm_bin.js': loaderUrl,
  'selfie_segmentation_solution_simd_wasm_bin.wasm': wasmUrl,
}
/** What the model looks at: 256×144 is what it was made for. */
const seen = { width: 256, height: 144 }
/** The room is drawn this small, blurred and enlarged: no more is to be made out, and it costs a tenth. */
const room = { width: 160, height: 90, blur: 'blur(3px)' }
/** Nobody waits longer for a camera. */
const readyWithinMs = 20_000

// Chromium's; other browsers have it in workers alone, or not at all.
declare class MediaStreamTrackProcessor {
  constructor(options: { track: MediaStreamTrack; maxBufferSize: number })
  readonly readable: ReadableStream<VideoFrame>
}
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(options: { kind: 'video' })
  readonly writable: WritableStream<VideoFrame>
}

/** Whether pictures can be worked on here while the page is hidden, too. */
export function canBlur(): boolean {
  return 'MediaStreamTrackProcessor' in globalThis && 'MediaStreamTrackGenerator' in globalThis
}

/** A camera's picture in which the room behind the person is blurred. @throws when the model cannot be had */
export async function blurred(raw: MediaStreamTrack): Promise<Made> {
  const segment = await segmenter()
  const look = canvas(seen.width, seen.height)
  const behind = canvas(room.width, room.height)
  const whole = canvas(1, 1)
  const draw = async (frame: VideoFrame, controller: TransformStreamDefaultController<VideoFrame>) => {
    const { displayWidth: width, displayHeight: height, timestamp } = frame
    try {
      look.drawImage(frame, 0, 0, seen.width, seen.height)
      const mask = await segment(look.canvas)
      if (whole.canvas.width !== width) whole.canvas.width = width
      if (whole.canvas.height !== height) whole.canvas.height = height
      behind.filter = room.blur
      behind.drawImage(frame, 0, 0, room.width, room.height)
      whole.globalCompositeOperation = 'copy'
      whole.drawImage(mask, 0, 0, width, height)
      whole.globalCompositeOperation = 'source-in'
      whole.drawImage(frame, 0, 0, width, height)
      whole.globalCompositeOperation = 'destination-over'
      whole.drawImage(behind.canvas, 0, 0, width, height)
      controller.enqueue(new VideoFrame(whole.canvas, { timestamp }))
    } finally {
      frame.close()
    }
  }
  const { readable } = new MediaStreamTrackProcessor({ track: raw, maxBufferSize: 1 })
  const track = new MediaStreamTrackGenerator({ kind: 'video' })
  const ending = new AbortController()
  readable
    .pipeThrough(new TransformStream<VideoFrame, VideoFrame>({ transform: draw }), { signal: ending.signal })
    .pipeTo(track.writable, { signal: ending.signal })
    .catch((error: unknown) => {
      if (!ending.signal.aborted) console.warn('blurFailed', error)
    })
  return { track, end: () => ending.abort() }
}

type Segment = (image: HTMLCanvasElement) => Promise<CanvasImageSource>

let loading: Promise<Segment> | null = null

/** Where in a picture a person is: opaque there. One for the page; it works on one picture at a time. */
function segmenter(): Promise<Segment> {
  loading ??= load().catch((error: unknown) => {
    loading = null
    throw error
  })
  return loading
}

async function load(): Promise<Segment> {
  await loadScript(scriptUrl)
  const Segmentation = Reflect.get(globalThis, 'SelfieSegmentation') as typeof SelfieSegmentation // by that script
  const model = new Segmentation({ locateFile: (name) => files[name] ?? name })
  model.setOptions({ modelSelection: 1, selfieMode: false })
  let results: Results | null = null
  model.onResults((one) => {
    results = one
  })
  await within(readyWithinMs, model.initialize())
  let before: Promise<unknown> = Promise.resolve()
  return (image) => {
    const now = before.then(async () => {
      await model.send({ image })
      if (!results) throw new Error('The model gave nothing')
      return results.segmentationMask
    })
    before = now.catch(() => undefined)
    return now
  }
}

function loadScript(src: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.src = src
    script.onload = () => resolve()
    script.onerror = () => reject(new Error(`${src} cannot be loaded`))
    document.head.append(script)
  })
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error('late')), ms))
  return Promise.race([work, late])
}

function canvas(width: number, height: number): CanvasRenderingContext2D & { canvas: HTMLCanvasElement } {
  const element = document.createElement('canvas')
  element.width = width
  element.height = height
  const context = element.getContext('2d', { willReadFrequently: false })
  if (!context) throw new Error('There is no canvas')
  return context
}
