import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** What a test participant sends: a picture that flashes while it beeps, every 2 s. */
export interface ClipOptions {
  seconds: number
  codec?: 'vp8' | 'h264'
  width?: number
  height?: number
  /** libavfilter's source of the picture (default a dark picture). */
  picture?: string
  hasVideo?: boolean
  /** A second, smaller picture of the same moment; sizes and rates are halved. */
  isSimulcast?: boolean
  /** Pitch of the beep in hertz. */
  pitch?: number
}

/** An encoded clip in a file, ready to be sent. */
export interface Clip {
  file: string
  codec: 'vp8' | 'h264'
  hasVideo: boolean
  isSimulcast: boolean
}

/** Where and as what the streams of a clip are sent. */
export interface RtpTargets {
  video: { port: number; ssrc: number; payloadType: number }
  lower: { port: number; ssrc: number }
  audio: { port: number; ssrc: number }
}

/** Encodes a clip ahead of the test: what is sent in real time then costs nothing, and keeps its time on a busy machine. */
export async function newClip(
  ffmpeg: string,
  folder: string,
  name: string,
  options: ClipOptions,
): Promise<Clip> {
  const { codec = 'vp8', hasVideo = true, isSimulcast = false, width = 640, height = 360 } = options
  const file = join(folder, `${name}.mkv`)
  const flash = "drawbox=c=white:t=fill:enable='lt(mod(t,2),0.2)'"
  const counter = "drawtext=text='%{n}':fontsize=48:fontcolor=yellow:x=20:y=20"
  const picture = options.picture ?? `color=c=0x203040:s=${width}x${height}:r=25`
  const video = `${picture},scale=${width}:${height},fps=25,${flash},${counter},format=yuv420p`
  const audio = `aevalsrc='0.4*sin(2*PI*${options.pitch ?? 1000}*t)*lt(mod(t,2),0.2)':s=48000`
  const args = ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', '-f', 'lavfi', '-i', audio]
  if (hasVideo) {
    const vp8 = '-c:v libvpx -deadline realtime -cpu-used 8 -lag-in-frames 0'
    const h264 = '-c:v libx264 -preset ultrafast -tune zerolatency -profile:v baseline'
    args.push('-f', 'lavfi', '-i', video, '-map', '1:v', '-b:v:0', '800k')
    if (isSimulcast) args.push('-map', '1:v', '-s:v:1', `${width / 2}x${height / 2}`, '-b:v:1', '250k')
    args.push(...(codec === 'h264' ? h264 : vp8).split(' '), '-g', '50')
  }
  args.push('-map', '0:a', '-c:a', 'libopus', '-ac', '2', '-b:a', '48k', '-application', 'voip')
  args.push('-t', String(options.seconds), file)
  const child = spawn(ffmpeg, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`ffmpeg ended with ${code} on ${file}`)
  return { file, codec, hasVideo, isSimulcast }
}

/** Starts ffmpeg as a sender of a clip's real RTP at real speed. */
export function startRtpSource(ffmpeg: string, clip: Clip, to: RtpTargets): ChildProcess {
  const args = ['-hide_banner', '-loglevel', 'error', '-nostdin', '-re', '-i', clip.file]
  const send = (stream: string, port: number, ssrc: number, payloadType: number, filters: string[] = []) =>
    args.push(
      ...['-map', stream, '-c', 'copy', ...filters, '-ssrc', String(ssrc)],
      // RTCP comes to the same port: a relay tells the two apart.
      ...['-payload_type', String(payloadType), '-f', 'rtp'],
      `rtp://127.0.0.1:${port}?pkt_size=1200&rtcpport=${port}`,
    )
  const annexB = clip.codec === 'h264' ? ['-bsf:v', 'h264_mp4toannexb'] : []
  const { video, lower, audio } = to
  if (clip.hasVideo) send('0:v:0', video.port, video.ssrc, video.payloadType, annexB)
  if (clip.isSimulcast) send('0:v:1', lower.port, lower.ssrc, video.payloadType, annexB)
  send('0:a', audio.port, audio.ssrc, 111)
  return spawn(ffmpeg, args, { stdio: ['ignore', 'ignore', 'inherit'] })
}
