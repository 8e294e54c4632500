import { describe, expect, it } from 'vitest';
import { bufferedLog } from '../../src/platform/buffered-log.ts';

/** A log whose writes take at most `portion` bytes each. */
function logInto(portion = 5, size = 100) {
  const writes: string[] = [];
  const waiting: (() => void)[] = [];
  const buffered = bufferedLog({
    write(bytes) {
      const part = bytes.subarray(0, portion);
      writes.push(new TextDecoder().decode(part));
      return part.length;
    },
    later: (callback) => waiting.push(callback),
    size,
  });
  return { ...buffered, writes, waiting };
}

describe('the buffered log', () => {
  it('holds lines until it is time, asks for time once, and then writes all of them whole', () => {
    const { log, writes, waiting } = logInto();
    log('{"a":1}');
    log('{"b":2}');
    expect([writes, waiting.length]).toEqual([[], 1]);
    waiting.pop()?.();
    expect(writes.join('')).toBe('{"a":1}\n{"b":2}\n');
    log('{"c":3}');
    expect(waiting.length).toBe(1);
  });

  it('writes at once when it holds enough', () => {
    const { log, writes } = logInto(1000, 20);
    log('{"a":1}');
    expect(writes).toEqual([]);
    log('{"b":2,"more":"of it"}');
    expect(writes).toEqual(['{"a":1}\n{"b":2,"more":"of it"}\n']);
  });

  it('writes the rest when it is flushed, and nothing twice', () => {
    const { log, flush, writes, waiting } = logInto(1000);
    log('é');
    flush();
    flush();
    waiting.pop()?.();
    expect(writes).toEqual(['é\n']);
  });
});
