import type { HandleClientError } from '@sveltejs/kit/hooks'

/** An error in the browser: the page says that something failed; the console has the whole of it. */
export const handleError: HandleClientError = ({ kind, error }) => {
  if (kind === 'app') return { code: error.code }
  if (kind === 'framework') return { code: error.status === 404 ? 'not_found' : 'internal' }
  console.error(error)
  return { message: 'internal', code: 'internal' }
}
