// Lines for people who develop: time, level, message, and the fields below them. What was logged cannot move the cursor,
// colour the terminal, or look like a line of its own: control characters are shown, and further lines are indented.

/** What is known of the lines, and how they are shown. */
export interface PrettyOptions {
  readonly messageKey: string;
  readonly errorKey: string;
  readonly isColored: boolean;
}

const NAMES: Readonly<Record<string, readonly [name: string, color: number]>> = {
  10: ['TRACE', 90],
  20: ['DEBUG', 36],
  30: ['INFO', 32],
  40: ['WARN', 33],
  50: ['ERROR', 31],
  60: ['FATAL', 35],
};
const DIM = 2;
/** C0, C1 and the separators that terminals break lines at; line feeds and tabs are handled apart. */
// oxlint-disable-next-line no-control-regex -- controls are what is shown
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;
const INDENT = '    ';

/** Whether lines for a terminal may have colours (https://no-color.org). */
export function hasColors(isTerminal: boolean): boolean {
  const { NO_COLOR = '', TERM } = process.env;
  return isTerminal && NO_COLOR === '' && TERM !== 'dumb';
}

/** Turns lines of JSON into lines for people. */
export class Pretty {
  readonly #options: PrettyOptions;

  constructor(options: PrettyOptions) {
    this.#options = options;
  }

  /** One line of JSON as one line and, below it, its fields. */
  line(json: string): string {
    let fields: Record<string, unknown>;
    try {
      fields = JSON.parse(json) as Record<string, unknown>;
    } catch {
      // A time or level that the application formats as something else than JSON.
      return `${visible(json.trimEnd())}\n`;
    }
    const { messageKey, errorKey } = this.#options;
    const { level, time, pid: _pid, hostname: _hostname, [messageKey]: message, [errorKey]: error, ...rest } = fields;
    const [name, color] = NAMES[String(level)] ?? [visible(String(level ?? '').toUpperCase()), 0];
    const head = [this.#paint(clock(time), DIM), this.#paint(name.padEnd(5), color)];
    if (message !== undefined) head.push(visible(textOf(message)));
    const below = Object.entries(rest).map(
      ([key, value]) => `${INDENT}${this.#paint(`${visible(key)}:`, DIM)} ${visible(textOf(value))}`,
    );
    if (error !== undefined) below.push(this.#error(errorKey, error));
    return `${[head.filter((part) => part !== '').join(' '), ...below].join('\n')}\n`;
  }

  #error(key: string, error: unknown): string {
    if (typeof error !== 'object' || error === null || !('stack' in error)) {
      return `${INDENT}${this.#paint(`${visible(key)}:`, DIM)} ${visible(textOf(error))}`;
    }
    const { type: _type, message: _message, stack, ...rest } = error as Record<string, unknown>;
    const more = Object.keys(rest).length === 0 ? '' : `\n${INDENT}${visible(textOf(rest))}`;
    return `${INDENT}${this.#paint(visible(textOf(stack)), NAMES['50']?.[1] ?? 0)}${more}`;
  }

  #paint(text: string, color: number): string {
    return this.#options.isColored && color !== 0 && text !== '' ? `\u001b[${color}m${text}\u001b[0m` : text;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
}

/** Text whose control characters show, and whose further lines are indented. */
function visible(text: string): string {
  return text
    .replace(CONTROL, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replaceAll('\n', `\n${INDENT}`);
}

/** The time of the day, in the zone of the process. */
function clock(time: unknown): string {
  const date = new Date(typeof time === 'number' || typeof time === 'string' ? time : Number.NaN);
  if (Number.isNaN(date.getTime())) return '';
  const two = (number: number): string => String(number).padStart(2, '0');
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}
