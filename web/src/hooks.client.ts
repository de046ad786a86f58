import type { HandleClientError } from '@sveltejs/kit/hooks'

/** A request without an answer, in the words of Chromium, Firefox and Safari. */
const unanswered = /failed to fetch|networkerror|load failed/i

/** An error in the browser: the page says that something failed; the console has the whole of it. */
export const handleError: HandleClientError = ({ kind, error }) => {
  if (kind === 'app') return { code: error.code }
  if (kind === 'framework') return { code: error.status === 404 ? 'not_found' : 'internal' }
  if (error instanceof TypeError && unanswered.test(error.message)) {
    return { message: 'timeout', code: 'timeout' }
  }
  console.error(error)
  return { message: 'internal', code: 'internal' }
}
