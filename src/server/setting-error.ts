/** A variable of the environment that cannot be meant. Its message says which, and what was expected. */
export class SettingError extends Error {}
