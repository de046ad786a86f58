/** Shortest secret that signs cookies, in characters. */
export const minAuthSecretLength = 32
/** Fewer different characters than this are a pattern, not a secret. */
const minDistinct = 8
/** What stands in public sources, such as the authentication library's key for who sets none. */
const published = new Set(['better-auth-secret-12345678901234567890'])

/** Why a text is no secret, as words that follow "it" and show nothing of it; null when it may be one. */
export function secretFault(text: string, minLength: number): string | null {
  const length = text.trim().length
  if (length === 0) return 'is empty'
  // zeros are what a power cut leaves in a file
  if (/\p{Cc}/u.test(text)) return 'has characters that no secret has, such as zeros or line ends'
  if (length < minLength) return `has ${length} characters; a secret here has at least ${minLength}`
  if (published.has(text.trim())) return 'is published: anybody can look it up'
  if (new Set(text).size < minDistinct) return 'is easy to guess: it repeats a few characters'
  return null
}
