import { AppError } from '#contract/errors.ts'
import { FfmpegLost } from './ffmpeg.ts'

/**
 * Does what ffmpeg has to do with some files, with as many of them as it can be done with: when it fails, each is
 * tried alone, and those that fail alone are left out; when none does, all are. Returns what was left out.
 * @throws AppError (a full disk), FfmpegLost, the signal's reason; what `work` throws when it fails without any file
 */
export async function leavingOut(
  files: readonly string[],
  signal: AbortSignal,
  work: (files: readonly string[]) => Promise<void>,
): Promise<{ file: string; error: unknown }[]> {
  const out: { file: string; error: unknown }[] = []
  for (let rest = files; ;) {
    const failure = await failureOf(rest, signal, work)
    if (failure === null) return out
    if (rest.length === 0) throw failure
    const alone = await failuresAlone(rest, signal, work)
    const broken = alone.length > 0 ? alone : rest.map((file) => ({ file, error: failure }))
    out.push(...broken)
    rest = rest.filter((file) => !broken.some((one) => one.file === file))
  }
}

async function failuresAlone(
  files: readonly string[],
  signal: AbortSignal,
  work: (files: readonly string[]) => Promise<void>,
): Promise<{ file: string; error: unknown }[]> {
  const failures: { file: string; error: unknown }[] = []
  for (const file of files) {
    const error = await failureOf([file], signal, work)
    if (error !== null) failures.push({ file, error })
  }
  return failures
}

async function failureOf(
  files: readonly string[],
  signal: AbortSignal,
  work: (files: readonly string[]) => Promise<void>,
): Promise<unknown> {
  try {
    await work(files)
    return null
  } catch (error) {
    if (signal.aborted || error instanceof AppError || error instanceof FfmpegLost) throw error
    return error
  }
}
