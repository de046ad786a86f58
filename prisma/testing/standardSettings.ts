import { SettingHistory, type SettingsReader } from '#contract/settings.ts'

/** Where nobody has settled anything. */
export const standardSettings: SettingsReader = { history: () => Promise.resolve(new SettingHistory([])) }
