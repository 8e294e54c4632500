/** Bytes that are unpacked at once: they may become a thousand times as many. */
export const SLICE = 4096;
