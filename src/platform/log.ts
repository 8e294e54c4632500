/** Takes one line of JSON, without its line end. */
export type Log = (line: string) => void;
