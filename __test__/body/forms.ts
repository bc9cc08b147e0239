// Forms in parts for tests: bodies from strings, and sources that tell what was asked of them.

/** The content type of every form here. */
export const TYPE = 'multipart/form-data; boundary=B';

/** A part with these header lines behind its disposition. */
export function part(disposition: string, content: string, ...lines: string[]): string {
  const head = [`Content-Disposition: form-data; ${disposition}`, ...lines].map((line) => `${line}\r\n`).join('');
  return `--B\r\n${head}\r\n${content}\r\n`;
}

export const field = (name: string, content: string): string => part(`name="${name}"`, content);
export const file = (name: string, filename: string, content: string, ...lines: string[]): string =>
  part(`name="${name}"; filename="${filename}"`, content, ...lines);
export const form = (...parts: string[]): string => `${parts.join('')}--B--\r\n`;

/** A source of chunks; `at` counts those that were asked for, `ended` tells whether its reader has left. */
export class Source implements AsyncIterable<Uint8Array> {
  asked = 0;
  ended = false;
  readonly #chunks: readonly (Uint8Array | Error)[];

  /** Cuts `body` into pieces of `size` bytes; an error is thrown behind them. */
  constructor(body: string | Uint8Array, size: number = Infinity, error?: Error) {
    const bytes = Uint8Array.from(Buffer.from(body));
    const chunks: (Uint8Array | Error)[] = [];
    const step = Math.min(size, bytes.length) || 1;
    for (let at = 0; at < bytes.length; at += step) chunks.push(bytes.slice(at, at + step));
    this.#chunks = error === undefined ? chunks : [...chunks, error];
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (const chunk of this.#chunks) {
        this.asked += 1;
        if (chunk instanceof Error) throw chunk;
        yield chunk;
      }
    } finally {
      this.ended = true;
    }
  }
}
