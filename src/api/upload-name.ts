/**
 * What an upload may be called: one segment of a path that means nothing to any file system, 1 to 128 letters, digits,
 * `.`, `_` and `-`, not first a point or a dash.
 */
export const UPLOAD_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
