import { AppError } from '#contract/errors.ts'

/**
 * mediasoup's refusals in our words: what a living worker refuses is the message's fault, what a dead one cannot
 * do is ours.
 */
export async function translatingErrors<T>(isAlive: () => boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError) throw error
    if (!isAlive()) throw new AppError('media_unavailable', 'The media ended meanwhile', { cause: error })
    throw new AppError('media_rejected', error instanceof Error ? error.message : String(error), {
      cause: error,
    })
  }
}
