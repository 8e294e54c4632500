import { DataError, messageOf } from '../../../src/core/errors.ts';
import { InputError } from '../../read/file.ts';

/** An error on its way between threads. `expected`: it is a sentence for people, and no mistake of the program. */
export interface Failure {
  message: string;
  expected: boolean;
  /** What an InputError knows. */
  input: { path: string; content: boolean } | null;
}

/** @returns what tells another thread of an error */
export function failureOf(error: unknown): Failure {
  const input = error instanceof InputError ? { path: error.path, content: error.content } : null;
  return { message: messageOf(error), expected: error instanceof DataError, input };
}

/** @returns the error that another thread met */
export function errorOf({ message, expected, input }: Failure): Error {
  if (input !== null) return new InputError(message, input);
  return expected ? new DataError(message) : new Error(message);
}
