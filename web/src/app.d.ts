import type { ErrorCode } from '#contract/errors.ts'
import type { Viewer } from '#office/access.ts'
import type { Locale, Theme } from '#web/preferences.ts'

declare global {
  namespace App {
    interface Error {
      code: ErrorCode
      detail?: Readonly<Record<string, string | number | boolean>>
    }
    interface Locals {
      viewer: Viewer | null
      locale: Locale
      theme: Theme
      /** Set-Cookie values that the accounts made; hooks.server.ts adds them to the answer as they are. */
      setCookies: string[]
    }
  }
}
