import type { MeetingId } from '#contract/ids.ts'

/** A call that some page of this browser is in. */
export interface OpenCall {
  meetingId: MeetingId
  title: string
}

type Word = { says: 'who' } | ({ says: 'here' | 'gone' } & OpenCall)

const channelName = 'open-calls'
/** How often is asked anew, and after how long without a word a page counts as gone: it may have died. */
const askMs = 10_000
const silentMs = 25_000

/** Tells the other pages of this browser that this one is in a call, until the returned function is called. */
export function tellOfCall(call: OpenCall): () => void {
  const channel = new BroadcastChannel(channelName)
  const say = (says: 'here' | 'gone'): void => channel.postMessage({ says, ...call } satisfies Word)
  const gone = (): void => say('gone')
  channel.onmessage = ({ data }: MessageEvent<Word>) => {
    if (data.says === 'who') say('here')
  }
  window.addEventListener('pagehide', gone)
  say('here')
  return () => {
    window.removeEventListener('pagehide', gone)
    gone()
    channel.close()
  }
}

/** Follows the calls that other pages of this browser are in; returns its cleanup. */
export function followOpenCalls(onChange: (calls: OpenCall[]) => void): () => void {
  const channel = new BroadcastChannel(channelName)
  const calls = new Map<MeetingId, OpenCall & { heardAtMs: number }>()
  const tell = (): void => onChange([...calls.values()].map(({ meetingId, title }) => ({ meetingId, title })))
  const ask = (): void => channel.postMessage({ says: 'who' } satisfies Word)
  channel.onmessage = ({ data }: MessageEvent<Word>) => {
    if (data.says === 'who') return
    const { meetingId, title } = data
    if (data.says === 'here') calls.set(meetingId, { meetingId, title, heardAtMs: performance.now() })
    else calls.delete(meetingId)
    tell()
  }
  const timer = setInterval(() => {
    for (const [id, { heardAtMs }] of calls) if (performance.now() - heardAtMs > silentMs) calls.delete(id)
    tell()
    ask()
  }, askMs)
  ask()
  return () => {
    clearInterval(timer)
    channel.close()
  }
}
