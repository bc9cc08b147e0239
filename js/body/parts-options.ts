// What a form may hold: limits with their ranges and defaults, checked before a byte is read.
import { checkInteger, checkNames } from '../option-checks.ts';

import type { MultipartLimits } from '../native.ts';

/** Limits of a form. What is above one is refused with 413 and the limit's own code. */
export interface PartsOptions {
  /** Parts without a file name; 0-10,000, default 100. */
  readonly maxFields?: number;
  /** Parts with a file name; 0-10,000, default 10. */
  readonly maxFiles?: number;
  /** Parts of any kind, also those without a name, which are passed over; 0-30,000, default the two above and 100. */
  readonly maxParts?: number;
  /** Bytes of the name of a part; 1-16,384, default 1,024. */
  readonly maxNameBytes?: number;
  /** Bytes of a field; 0-1,073,741,824, default 65,536. */
  readonly maxFieldBytes?: number;
  /** Bytes of a file; 0-9,007,199,254,740,991, default the most: only the limit of the body holds. */
  readonly maxFileBytes?: number;
  /** Bytes of the header lines of a part; 128-65,535, default 16,384. */
  readonly maxPartHeadBytes?: number;
  /** Header lines of a part; 1-256, default 32. */
  readonly maxPartHeaders?: number;
  /** Bytes of the form; 0-9,007,199,254,740,991, default the most: only the limit of the body holds. */
  readonly maxTotalBytes?: number;
}

const ANY = Number.MAX_SAFE_INTEGER;
const NUMBERS = {
  maxFields: [0, 10_000, 100],
  maxFiles: [0, 10_000, 10],
  maxParts: [0, 30_000, 0],
  maxNameBytes: [1, 16_384, 1024],
  maxFieldBytes: [0, 1_073_741_824, 65_536],
  maxFileBytes: [0, ANY, ANY],
  maxPartHeadBytes: [128, 65_535, 16_384],
  maxPartHeaders: [1, 256, 32],
  maxTotalBytes: [0, ANY, ANY],
} as const satisfies Record<keyof PartsOptions, readonly [least: number, most: number, fallback: number]>;

/** Parts that are passed over, if nothing is said of them; chosen. */
const PASSED_OVER = 100;

/** Checks options and fills in the defaults. Throws `ERR_NEXURE_OPTION_INVALID`. */
export function resolveLimits(options: PartsOptions = {}): MultipartLimits {
  checkNames('parts', options, Object.keys(NUMBERS));
  const number = (name: keyof PartsOptions): number => {
    const [least, most, fallback] = NUMBERS[name];
    const value = options[name];
    return value === undefined ? fallback : checkInteger(`parts.${name}`, value, least, most);
  };
  const maxFields = number('maxFields');
  const maxFiles = number('maxFiles');
  return {
    maxFields,
    maxFiles,
    maxParts: options.maxParts === undefined ? maxFields + maxFiles + PASSED_OVER : number('maxParts'),
    maxNameBytes: number('maxNameBytes'),
    maxFieldBytes: number('maxFieldBytes'),
    maxFileBytes: number('maxFileBytes'),
    maxHeadBytes: number('maxPartHeadBytes'),
    maxHeadLines: number('maxPartHeaders'),
    maxTotalBytes: number('maxTotalBytes'),
  };
}
