// Options of a directory that is served: checked once, refused with their path, never adjusted silently.
import { checkInteger, checkNames, invalidOption } from '../option-checks.ts';

/** What becomes of a path with a segment that begins with a dot: 404, 403, or served. */
export type Dotfiles = 'ignore' | 'deny' | 'allow';

/** The coding of a file that lies compressed beside the original: `.br`, `.zst`, `.gz`. */
export type FileCoding = 'br' | 'zstd' | 'gzip';

/** What the answers about a file say of it. */
export interface FileAnswerOptions {
  /** Default `ignore`. No name is exempt, `.well-known` is not either: serve it as a directory of its own. */
  readonly dotfiles?: Dotfiles;
  /** How long a file may be kept without asking again; 0-31,536,000,000 (a year), default 0. */
  readonly maxAgeMs?: number;
  /** Adds `immutable`: for names that change with the content. Default `false`. */
  readonly immutable?: boolean;
  /** `Cache-Control` in place of the one made of `maxAgeMs` and `immutable`; `false` for none. Default `true`. */
  readonly cacheControl?: boolean | string;
  /** Whether `ETag` is sent and compared; default `true`. */
  readonly etag?: boolean;
  /** Whether `Last-Modified` is sent and compared; default `true`. */
  readonly lastModified?: boolean;
  /** Whether ranges are served; default `true`. */
  readonly acceptRanges?: boolean;
  /** Ranges of one request; 1-100, default 16. More are answered with the whole file. */
  readonly maxRanges?: number;
  /**
   * The codings to look for beside a file, the best first; default none. A variant more than two seconds older than its
   * original is left alone.
   */
  readonly precompressed?: readonly FileCoding[];
  /** Whether symbolic links may lead out of the root; default `false`: 404. */
  readonly followSymlinks?: boolean;
}

/** Limits of the files that are kept in memory. */
export interface HotOptions {
  /** Bytes of one file; 0-1,048,576, default 65,536. */
  readonly maxFileBytes?: number;
  /** Bytes of all, with their headings; 0-1,073,741,824, default 33,554,432. */
  readonly maxBytes?: number;
}

/** Options of a directory that is served. */
export interface StaticOptions extends FileAnswerOptions {
  /** What is served for a directory, the first that is there; `false` for nothing. Default `index.html`. */
  readonly index?: string | readonly string[] | false;
  /** Extensions, without the dot, to try for a name that is not there; default none. */
  readonly extensions?: readonly string[];
  /**
   * The file, below the root, that is served for paths that lead nowhere, for applications that route in the browser;
   * default `false`: none. A path whose last segment has a dot is still 404: a missing script must not become a page.
   */
  readonly fallback?: string | false;
  /** Whether a directory asked for without a trailing slash is redirected (301) to itself with one; default `true`. */
  readonly redirect?: boolean;
  /** Limits of the files kept in memory; `false` keeps none. */
  readonly hot?: HotOptions | false;
}

/** {@link FileAnswerOptions} with every default in its place. */
export interface ResolvedFileOptions {
  readonly dotfiles: Dotfiles;
  readonly cacheControl: string | undefined;
  readonly etag: boolean;
  readonly lastModified: boolean;
  readonly acceptRanges: boolean;
  readonly maxRanges: number;
  readonly precompressed: readonly FileCoding[];
  readonly followSymlinks: boolean;
}

/** {@link StaticOptions} with every default in its place. */
export interface ResolvedStaticOptions extends ResolvedFileOptions {
  readonly index: readonly string[];
  readonly extensions: readonly string[];
  readonly fallback: string | undefined;
  readonly redirect: boolean;
  readonly hot: Required<HotOptions> | undefined;
}

/** The names of {@link FileAnswerOptions}. */
export const FILE_OPTIONS: readonly string[] = [
  'dotfiles',
  'maxAgeMs',
  'immutable',
  'cacheControl',
  'etag',
  'lastModified',
  'acceptRanges',
  'maxRanges',
  'precompressed',
  'followSymlinks',
];

const CODINGS: readonly unknown[] = ['br', 'zstd', 'gzip'];
const YEAR_MS = 31_536_000_000;

/** Checks the options of a directory; `path` is what errors name them by. */
export function resolveStaticOptions(options: StaticOptions = {}, path = 'static'): ResolvedStaticOptions {
  checkNames(path, options, [...FILE_OPTIONS, 'index', 'extensions', 'fallback', 'redirect', 'hot']);
  const { index = 'index.html', extensions = [], fallback = false, hot = {} } = options;
  const names = index === false ? [] : typeof index === 'string' ? [index] : index;
  if (!isListOf(names, isName))
    throw invalidOption(`${path}.index`, 'the name of a file, a list of them or false', index);
  if (!isListOf(extensions, isName)) throw invalidOption(`${path}.extensions`, 'a list of extensions', extensions);
  if (fallback !== false && !(typeof fallback === 'string' && fallback.split('/').every(isName))) {
    throw invalidOption(`${path}.fallback`, 'the path of a file below the root or false', fallback);
  }
  return {
    ...resolveFileOptions(options, path),
    index: [...names],
    extensions: [...extensions],
    fallback: fallback === false ? undefined : fallback,
    redirect: flag(options, 'redirect', true, path),
    hot: hot === false ? undefined : resolveHot(hot, `${path}.hot`),
  };
}

/** Checks what a directory and a single file have in common; names are the caller's to check. */
export function resolveFileOptions(options: FileAnswerOptions, path: string): ResolvedFileOptions {
  const { dotfiles = 'ignore', maxAgeMs = 0, cacheControl = true, maxRanges = 16, precompressed = [] } = options;
  if (!['ignore', 'deny', 'allow'].includes(dotfiles)) {
    throw invalidOption(`${path}.dotfiles`, "'ignore', 'deny' or 'allow'", dotfiles);
  }
  const isList = isListOf(precompressed, (coding) => CODINGS.includes(coding));
  if (!isList || new Set(precompressed).size !== precompressed.length) {
    throw invalidOption(`${path}.precompressed`, "a list of 'br', 'zstd' and 'gzip', each once", precompressed);
  }
  // Visible characters and spaces: what it holds is sent as it is.
  if (
    typeof cacheControl !== 'boolean' &&
    !(typeof cacheControl === 'string' && /^[!-~]([ -~]*[!-~])?$/.test(cacheControl))
  ) {
    throw invalidOption(`${path}.cacheControl`, 'a boolean or the value of the field', cacheControl);
  }
  const seconds = Math.floor(checkInteger(`${path}.maxAgeMs`, maxAgeMs, 0, YEAR_MS) / 1000);
  const immutable = flag(options, 'immutable', false, path);
  const made = `public, max-age=${seconds}${immutable ? ', immutable' : ''}`;
  return {
    dotfiles,
    cacheControl: cacheControl === true ? made : cacheControl === false ? undefined : cacheControl,
    etag: flag(options, 'etag', true, path),
    lastModified: flag(options, 'lastModified', true, path),
    acceptRanges: flag(options, 'acceptRanges', true, path),
    maxRanges: checkInteger(`${path}.maxRanges`, maxRanges, 1, 100),
    precompressed: [...precompressed],
    followSymlinks: flag(options, 'followSymlinks', false, path),
  };
}

function resolveHot(hot: HotOptions, path: string): Required<HotOptions> {
  checkNames(path, hot, ['maxFileBytes', 'maxBytes']);
  const { maxFileBytes = 65_536, maxBytes = 33_554_432 } = hot;
  return {
    maxFileBytes: checkInteger(`${path}.maxFileBytes`, maxFileBytes, 0, 1_048_576),
    maxBytes: checkInteger(`${path}.maxBytes`, maxBytes, 0, 1_073_741_824),
  };
}

function flag<Name extends string>(
  options: { readonly [N in Name]?: boolean },
  name: Name,
  byDefault: boolean,
  path: string,
): boolean {
  const value: unknown = options[name];
  if (value === undefined) return byDefault;
  if (typeof value !== 'boolean') throw invalidOption(`${path}.${name}`, 'a boolean', value);
  return value;
}

function isListOf(value: unknown, isElement: (element: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isElement);
}

/** One segment of a path, with nothing in it that means something to a file system. */
function isName(value: unknown): boolean {
  return typeof value === 'string' && !/^\.{0,2}$/.test(value) && !/[/\\\0]/.test(value);
}
