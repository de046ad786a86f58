import type { Services } from '#office/services.ts'
import type { ErrorCode } from '#contract/errors.ts'
import { RequestFailure, requestJson } from '#web/requestJson.ts'

type PasskeyService = Services['accounts']['passkeys']
type RequestOptions = Awaited<ReturnType<PasskeyService['signInOptions']>>
type CreationOptions = Awaited<ReturnType<PasskeyService['registrationOptions']>>

/** Why nothing came of it: `cancelled` by the person or the browser; `known`, it has one here already; or a code. */
export type PasskeyTrouble = 'cancelled' | 'known' | ErrorCode

/** Whether this page may use passkeys at all: the browser knows them, and is sure of where the page comes from. */
export function knowsPasskeys(): boolean {
  return window.isSecureContext && typeof PublicKeyCredential === 'function'
}

/** Lets a key answer what the address gives. Answers the key's answer. @throws PasskeyFailure */
export async function answerOf(path: string): Promise<unknown> {
  return await translated(async () => {
    const { startAuthentication } = await import('@simplewebauthn/browser')
    return await startAuthentication({ optionsJSON: await requestJson<RequestOptions>(path) })
  })
}

/** Lets the browser make a key as the address asks for. @throws PasskeyFailure */
export async function newKeyOf(path: string): Promise<unknown> {
  return await translated(async () => {
    const { startRegistration } = await import('@simplewebauthn/browser')
    return await startRegistration({ optionsJSON: await requestJson<CreationOptions>(path) })
  })
}

/** Sends an answer on. @throws PasskeyFailure */
export async function send<T>(path: string, body: unknown): Promise<T> {
  return await translated(() => requestJson<T>(path, { body }))
}

/** Nothing came of it. */
export class PasskeyFailure extends Error {
  readonly trouble: PasskeyTrouble
  constructor(trouble: PasskeyTrouble, cause: unknown) {
    super(trouble, { cause })
    this.name = 'PasskeyFailure'
    this.trouble = trouble
  }
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new PasskeyFailure(troubleOf(error), error)
  }
}

function troubleOf(error: unknown): PasskeyTrouble {
  if (error instanceof RequestFailure) return error.code
  // Browsers say of all else that it was not allowed, whatever it was, for the sake of privacy.
  return error instanceof Error && error.name === 'InvalidStateError' ? 'known' : 'cancelled'
}
