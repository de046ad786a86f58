import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { listenForKeys } from './callKeys.ts'

/** As much of a page's element as tells what a key would do there by itself. */
class Place {
  readonly #is: readonly string[]

  /** @param is what it is, or is in, as selectors say it */
  constructor(...is: string[]) {
    this.#is = is
  }

  closest(selector: string): Place | null {
    return selector.split(', ').some((one) => this.#is.includes(one)) ? this : null
  }
}

/** A key's event where the focus is; the window hears it as it would after bubbling. */
class Press extends Event {
  readonly key: string
  readonly repeat: boolean
  readonly ctrlKey: boolean
  readonly isComposing: boolean
  readonly #at: Place

  constructor(
    type: 'keydown' | 'keyup',
    key: string,
    how: { at?: Place; repeat?: boolean; ctrlKey?: boolean; isComposing?: boolean } = {},
  ) {
    super(type, { cancelable: true })
    this.key = key
    this.repeat = how.repeat ?? false
    this.ctrlKey = how.ctrlKey ?? false
    this.isComposing = how.isComposing ?? false
    this.#at = how.at ?? page
  }

  override get target(): EventTarget {
    return Object.assign(new EventTarget(), { closest: this.#at.closest.bind(this.#at) })
  }
}

const page = new Place()
const field = new Place('textarea')
const button = new Place('button')
const barButton = new Place('button', '[role="toolbar"]')

let asked: string[]
let hasOpenPanel: boolean
let isMicrophoneOn: boolean
let stop: () => void
let view: EventTarget

beforeEach(() => {
  view = new EventTarget()
  vi.stubGlobal('window', view)
  // Whatever can say where it is counts as an element.
  vi.stubGlobal('Element', { [Symbol.hasInstance]: (one: object) => 'closest' in one })
  asked = []
  hasOpenPanel = false
  isMicrophoneOn = false
  const note = (what: string) => () => void asked.push(what)
  stop = listenForKeys({
    toggleMicrophone: note('microphone'),
    isMicrophoneOn: () => isMicrophoneOn,
    talk: (isTalking) => asked.push(isTalking ? 'talk' : 'quiet'),
    toggleCamera: note('camera'),
    toggleHand: note('hand'),
    more: (key) => (key === 'n' ? note('next') : undefined),
    openChat: note('chat'),
    showShortcuts: note('shortcuts'),
    escape: () => hasOpenPanel,
  })
})
afterEach(() => {
  stop()
  vi.unstubAllGlobals()
})

/** Whether the browser still does what it does with the key. */
const down = (key: string, how?: ConstructorParameters<typeof Press>[2]): boolean =>
  view.dispatchEvent(new Press('keydown', key, how))
const up = (key: string): boolean => view.dispatchEvent(new Press('keyup', key))

it('a letter does its one thing, in either case', () => {
  for (const key of ['m', 'V', 'h', 'C', '?', 'N']) expect(down(key)).toBe(false)
  expect(asked).toEqual(['microphone', 'camera', 'hand', 'chat', 'shortcuts', 'next'])
  expect(down('x')).toBe(true)
})

it('a letter that is held does it once, and one with Ctrl is the browser’s', () => {
  down('m')
  down('m', { repeat: true })
  expect(down('h', { ctrlKey: true })).toBe(true)
  expect(asked).toEqual(['microphone'])
})

it('what is written stays writing, also a Vietnamese letter in the making', () => {
  expect(down('m', { at: field })).toBe(true)
  expect(down(' ', { at: field })).toBe(true)
  expect(down('m', { isComposing: true })).toBe(true)
  expect(asked).toEqual([])
})

it('a dialog or a menu that is open has all keys', () => {
  for (const is of ['dialog[open]', '[popover]:popover-open']) {
    for (const key of ['m', ' ', 'Escape']) expect(down(key, { at: new Place(is) })).toBe(true)
  }
  expect(asked).toEqual([])
})

it('the space bar speaks while it is held', () => {
  expect(down(' ')).toBe(false)
  down(' ', { repeat: true })
  expect(asked).toEqual(['talk'])
  expect(up(' ')).toBe(false)
  expect(asked).toEqual(['talk', 'quiet'])
  expect(up(' ')).toBe(true)
})

it('the space bar never mutes somebody who has the microphone on', () => {
  isMicrophoneOn = true
  expect(down(' ')).toBe(false)
  up(' ')
  expect(asked).toEqual([])
})

it('the space bar stops speaking when the window or the call is left', () => {
  down(' ')
  view.dispatchEvent(new Event('blur'))
  expect(asked).toEqual(['talk', 'quiet'])
  down(' ')
  stop()
  expect(asked).toEqual(['talk', 'quiet', 'talk', 'quiet'])
  down('m')
  expect(asked).toHaveLength(4)
})

it('the space bar presses a button that was reached by keys, and speaks on one of the bar that was clicked', () => {
  expect(down(' ', { at: barButton })).toBe(true)
  view.dispatchEvent(new Event('pointerdown'))
  expect(down(' ', { at: button })).toBe(true)
  expect(asked).toEqual([])
  expect(down(' ', { at: barButton })).toBe(false)
  up(' ')
  down('Tab')
  expect(down(' ', { at: barButton })).toBe(true)
  expect(asked).toEqual(['talk', 'quiet'])
})

it('Escape closes what is open, also while one writes, and is left alone when nothing is', () => {
  expect(down('Escape', { at: field })).toBe(true)
  hasOpenPanel = true
  expect(down('Escape', { at: field })).toBe(false)
})
