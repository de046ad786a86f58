/** A setting, or a file that the start needs, is missing or wrong; the message names it and is meant for the operator. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
