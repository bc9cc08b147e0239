// The levels of a log, with pino's names and numbers.
import { invalidOption } from '../option-checks.ts';

/** Names of levels, from the least important one; `silent` is above all of them. */
export type LevelName = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** The number of each level, as it stands in a line. */
export const LEVELS: Readonly<Record<LevelName, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
  silent: Infinity,
};

/** The levels that have lines. */
export const WRITTEN = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

const NAMES: ReadonlyMap<number, LevelName> = new Map(
  Object.entries(LEVELS).map(([name, number]) => [number, name as LevelName]),
);

/** The number of a level given by name, or by number as pino allows. */
export function levelNumber(path: string, level: unknown): number {
  if (typeof level === 'number' && NAMES.has(level)) return level;
  if (typeof level === 'string' && Object.hasOwn(LEVELS, level)) return LEVELS[level as LevelName];
  throw invalidOption(path, `one of ${Object.keys(LEVELS).join(', ')}`, level);
}

/** The name of a level; `silent` for a number that has none. */
export function levelName(level: number): LevelName {
  return NAMES.get(level) ?? 'silent';
}
