import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MeetingId, ParticipantId, RecordingId, TrackId } from '#contract/ids.ts'
import { JournalWriter } from '../journal.ts'
import { ffmpegPath } from '../testing/recorderHarness.ts'
import { beeps, ffmpegReport } from '../testing/inspect.ts'
import { rtpPacket } from '../testing/packets.ts'
import { mixAudio, pcmInputArgs } from './audioMix.ts'
import { remux } from './remux.ts'

const seconds = 150
const startedAtMs = 1_795_000_000_000
const signal = new AbortController().signal

let folder = ''
let mixed = ''

/** A sound card 1000 ppm slow that stops for 150 ms on the way: without help it would be 300 ms early at the end. */
function byBadSoundCard(ms: number): number {
  return ms * (1 + 1000e-6) + (ms > 77_000 ? 150 : 0)
}

/** Opus packets of what ffmpeg synthesises, 20 ms each. */
async function opusOf(expression: string): Promise<Uint8Array[]> {
  const file = join(folder, 'tone.webm')
  const source = `aevalsrc='${expression}':s=48000:d=${seconds}`
  await ffmpegReport(['-y', '-f', 'lavfi', '-i', source, '-c:a', 'libopus', '-b:a', '48k', file])
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(file) })
  const track = await input.getPrimaryAudioTrack()
  if (!track) throw new Error('no sound')
  const packets: Uint8Array[] = []
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet.data)
  input.dispose()
  return packets
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mix-'))
  const path = join(folder, 'segment-001.journal')
  const journal = await JournalWriter.create(path, (error) => {
    throw error
  })
  journal.note({
    type: 'segment',
    recordingId: RecordingId.parse('r'),
    meetingId: MeetingId.parse('m'),
    segment: 1,
    startedAtMs,
  })
  const voices = [
    { packets: await opusOf('0.2*sin(2*PI*300*t)'), sentAtMs: (ms: number) => ms },
    { packets: await opusOf('0.4*sin(2*PI*2000*t)*lt(mod(t+5,10),0.3)'), sentAtMs: byBadSoundCard },
  ]
  for (const [stream, voice] of voices.entries()) {
    journal.note({
      type: 'track',
      stream,
      participantId: ParticipantId.parse(`p${stream}`),
      trackId: TrackId.parse(`t${stream}`),
      source: 'microphone',
      mimeType: 'audio/opus',
      clockRate: 48_000,
      channels: 1,
      payloadType: 111,
      audioLevelId: null,
      isPaused: false,
      atMs: startedAtMs,
    })
    for (const [i, payload] of voice.packets.entries()) {
      const rtp = rtpPacket({
        sequenceNumber: i,
        timestamp: i * 960,
        payload: Buffer.from(payload),
        payloadType: 111,
      })
      journal.packet(stream, startedAtMs + voice.sentAtMs(i * 20) + ((i * 7) % 13), rtp)
    }
  }
  journal.note({ type: 'end', atMs: startedAtMs + seconds * 1_000, reason: 'stopped' })
  await journal.close()
  const recording = await remux([path], folder, { signal, onProgress: () => undefined })
  for (const track of recording.tracks) track.file = track.file && basename(track.file)
  const pcm = await mixAudio(recording.tracks, {
    ffmpeg: ffmpegPath,
    folder,
    durationMs: recording.durationMs,
    signal,
    pieceMs: 60_000,
    onLeftOut: (_, error) => {
      throw error
    },
    onProgress: () => undefined,
  })
  expect((await stat(join(folder, pcm))).size).toBe(seconds * 48_000 * 4)
  mixed = join(folder, 'mixed.wav')
  await ffmpegReport(['-y', ...pcmInputArgs, '-i', join(folder, pcm), mixed])
}, 120_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the mix of a long meeting', () => {
  it('has no hole and no click where its pieces meet', async () => {
    for (const seam of [60, 120]) {
      // Cut after filtering: a filter's own start would click.
      const cut = `atrim=start=${seam - 1}:end=${seam + 1}`
      const report = (filter: string): Promise<string> =>
        ffmpegReport(['-i', mixed, '-af', filter, '-f', 'null', '-'])
      expect(await report(`lowpass=f=700,lowpass=f=700,${cut},silencedetect=n=-24dB:d=0.004`)).not.toContain(
        'silence_start',
      )
      const loudest = /max_volume: (-?[\d.]+)/.exec(
        await report(`highpass=f=6000,highpass=f=6000,${cut},volumedetect`),
      )
      expect(Number(loudest?.[1])).toBeLessThan(-60)
    }
  }, 60_000)

  it('keeps a voice with a bad clock in its place to the end', async () => {
    const heard = (await beeps(mixed, 2_000)).filter((t) => t < seconds - 1)
    expect(heard.length).toBeGreaterThanOrEqual(14)
    const late = heard.map((t) => t - byBadSoundCard((5 + Math.round((t - 5) / 10) * 10) * 1_000) / 1_000)
    expect(Math.max(...late) - Math.min(...late)).toBeLessThan(0.04)
  }, 60_000)
})
