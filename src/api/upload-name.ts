/**
 * What an upload may be called: one segment of a path that means nothing to any file system, 1 to 128 letters, digits,
 * `.`, `_` and `-`, first a letter or a digit. What begins with `_` or `.` is no history to Spark, and to no build.
 */
export const UPLOAD_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
