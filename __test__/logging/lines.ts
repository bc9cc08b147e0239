// Loggers whose lines a test reads.
import { createLogger } from '../../js/index.ts';

import type { Logger, LoggerOptions } from '../../js/index.ts';

/** Keeps the lines that are written. */
export class Lines {
  readonly texts: string[] = [];

  write(line: string): void {
    this.texts.push(line);
  }

  /** The lines, parsed; each must be one, and end with its line feed. */
  get values(): Record<string, unknown>[] {
    return this.texts.map((text) => {
      if (text.indexOf('\n') !== text.length - 1) throw new Error(`no single line: ${text}`);
      return JSON.parse(text) as Record<string, unknown>;
    });
  }

  /** The only line. */
  get only(): Record<string, unknown> {
    const { values } = this;
    if (values.length !== 1) throw new Error(`${values.length} lines: ${this.texts.join('')}`);
    return values[0] as Record<string, unknown>;
  }
}

/** A logger whose lines have neither time nor process. */
export function logging(options: LoggerOptions = {}): { readonly log: Logger; readonly lines: Lines } {
  const lines = new Lines();
  return { log: createLogger({ base: null, timestamp: false, destination: lines, ...options }), lines };
}

/** What a call logs. */
export function logged(call: (log: Logger) => void, options?: LoggerOptions): Record<string, unknown> {
  const { log, lines } = logging(options);
  call(log);
  return lines.only;
}
