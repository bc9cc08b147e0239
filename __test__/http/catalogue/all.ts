// The catalogue: what HTTP/1.1 wants of bytes on a connection, written down from RFC 9110 and RFC 9112.
import { bodies } from './bodies.ts';
import { fields } from './fields.ts';
import { requestLines } from './request-lines.ts';

import type { Case } from './case.ts';

export const catalogue: readonly Case[] = [...requestLines, ...fields, ...bodies];
