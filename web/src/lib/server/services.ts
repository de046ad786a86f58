import type { Services } from '#office/services.ts'

/** The platform's services; set before the first request is served. */
export function services(): Services {
  const found = globalThis.diemCauServices
  if (!found) throw new Error('deploy/start.ts has not set the services')
  return found
}
