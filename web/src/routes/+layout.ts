import { loadTexts } from '#web/text/texts.ts'
import type { LayoutLoad } from './$types'

export const load: LayoutLoad = async ({ data }) => ({ ...data, texts: await loadTexts(data.locale) })
