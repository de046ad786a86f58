import { spawn, type ChildProcess } from 'node:child_process'

/** What a test participant sends: a picture with a running counter that flashes while it beeps, every 2 s. */
export interface RtpSourceOptions {
  ffmpeg: string
  seconds: number
  codec?: 'vp8' | 'h264'
  width?: number
  height?: number
  /** libavfilter's source of the picture (default a dark picture). */
  picture?: string
  /** Which of the two (default both). */
  hasVideo?: boolean
  hasAudio?: boolean
  videoPort: number
  audioPort: number
  videoPayloadType?: number
  audioPayloadType?: number
  videoSsrc?: number
  audioSsrc?: number
  /** A second, smaller picture of the same moment (simulcast): its port and SSRC; sizes and rates are halved. */
  lower?: { port: number; ssrc: number }
  /** Pitch of the beep in hertz. */
  pitch?: number
}

/** Starts ffmpeg as a sender of real RTP at real speed. */
export function startRtpSource(options: RtpSourceOptions): ChildProcess {
  const width = options.width ?? 640
  const height = options.height ?? 360
  const flash = "drawbox=c=white:t=fill:enable='lt(mod(t,2),0.2)'"
  const counter = "drawtext=text='%{n}':fontsize=48:fontcolor=yellow:x=20:y=20"
  const picture = options.picture ?? `color=c=0x203040:s=${width}x${height}:r=25`
  const video = `${picture},scale=${width}:${height},fps=25,${flash},${counter},format=yuv420p`
  const audio = `aevalsrc='0.4*sin(2*PI*${options.pitch ?? 1000}*t)*lt(mod(t,2),0.2)':s=48000`
  const args = ['-hide_banner', '-loglevel', 'error', '-nostdin']
  if (options.hasVideo !== false) args.push('-re', '-f', 'lavfi', '-i', video)
  if (options.hasAudio !== false) args.push('-re', '-f', 'lavfi', '-i', audio)
  // RTCP comes to the same port: a relay tells the two apart.
  const target = (port: number): string => `rtp://127.0.0.1:${port}?pkt_size=1200&rtcpport=${port}`
  const seconds = ['-t', String(options.seconds)]
  const encoder =
    options.codec === 'h264'
      ? [
          '-c:v',
          'libx264',
          '-preset',
          'ultrafast',
          '-tune',
          'zerolatency',
          '-profile:v',
          'baseline',
          '-bsf:v',
          'dump_extra=freq=keyframe',
        ]
      : ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-lag-in-frames', '0', '-threads', '1']
  if (options.hasVideo !== false) {
    const payload = ['-payload_type', String(options.videoPayloadType ?? 96)]
    args.push('-map', '0:v', ...seconds, ...encoder, '-b:v', '800k', '-g', '50', ...payload)
    args.push('-ssrc', String(options.videoSsrc ?? 1111), '-f', 'rtp', target(options.videoPort))
    if (options.lower) {
      args.push(
        '-map',
        '0:v',
        ...seconds,
        '-s',
        `${width / 2}x${height / 2}`,
        ...encoder,
        '-b:v',
        '250k',
        '-g',
        '50',
      )
      args.push(...payload, '-ssrc', String(options.lower.ssrc), '-f', 'rtp', target(options.lower.port))
    }
  }
  if (options.hasAudio !== false) {
    args.push('-map', options.hasVideo === false ? '0:a' : '1:a', ...seconds)
    args.push('-c:a', 'libopus', '-ac', '2', '-b:a', '48k', '-application', 'voip')
    args.push(
      '-payload_type',
      String(options.audioPayloadType ?? 111),
      '-ssrc',
      String(options.audioSsrc ?? 2222),
    )
    args.push('-f', 'rtp', target(options.audioPort))
  }
  return spawn(options.ffmpeg, args, { stdio: ['ignore', 'ignore', 'inherit'] })
}
