// Header fields on their way between a response of Node and the answers of this framework.
import { PreparedAnswer } from '../prepared-answer.ts';

import type { ServerResponse } from 'node:http';
import type { ResponseBuilder } from '../context/response.ts';
import type { Tap } from './tap.ts';
import type { WireHead } from './wire.ts';

/** Fields that frame a message, and the date: the core writes them. */
const OURS = new Set(['transfer-encoding', 'keep-alive', 'upgrade', 'trailer', 'date']);

/**
 * Adds the fields of a response to an answer. What the handler has set itself stays, but `Set-Cookie` stands beside it and
 * `Vary` names what both name. The status counts unless the handler has given one.
 */
export function copyFields(from: ServerResponse, to: ResponseBuilder): void {
  const { statusCode } = from;
  if (to.$status === 0 && statusCode !== 200 && isStatus(statusCode)) to.status(statusCode);
  if (from.headersSent) return;
  const isEmpty = to.$fields() === '';
  // As they were written, not in lower case; the types of Node 20 do not have it, Node 20 does.
  for (const name of (from as ServerResponse & { getRawHeaderNames(): string[] }).getRawHeaderNames()) {
    const value = from.getHeader(name);
    if (value === undefined) continue;
    const lower = name.toLowerCase();
    if (OURS.has(lower) || lower === 'content-length') continue;
    if (isEmpty || lower === 'set-cookie' || !to.has(name)) {
      to.append(name, value as string | number | readonly string[]);
    } else if (lower === 'vary') {
      to.set(name, union(String(value), to.get(name) ?? ''));
    }
  }
}

/** Puts status and fields of an answer into a response, in front of what middleware makes of them. */
export function fieldsInto(to: ServerResponse, from: ResponseBuilder, type: string | undefined): void {
  if (from.$status !== 0) to.statusCode = from.$status;
  if (from.$closes) to.setHeader('Connection', 'close');
  for (const [name, value] of from.$lines()) {
    const lower = name.toLowerCase();
    const before = to.getHeader(name);
    if (lower === 'set-cookie') to.appendHeader(name, value);
    else if (lower === 'vary' && before !== undefined) to.setHeader(name, union(String(before), value));
    else to.setHeader(name, value);
  }
  if (type !== undefined && !from.$hasType) to.setHeader('Content-Type', type);
}

/** The answer that was written to a tap. */
export function ownAnswer(tap: Tap, isWhole: boolean, isHead: boolean): PreparedAnswer {
  const { status, headers } = tap.head as WireHead;
  const kept: (readonly [string, string])[] = [];
  let length: number | undefined;
  for (const field of headers) {
    const lower = field[0].toLowerCase();
    if (lower === 'content-length') length = Number(field[1]);
    else if (lower === 'connection' ? /^(?:close|keep-alive)$/i.test(field[1]) : !OURS.has(lower)) kept.push(field);
  }
  const isEmpty = isHead || status === 204 || status === 304;
  if (isWhole && isEmpty) return new PreparedAnswer(status, kept, undefined, status === 204 ? undefined : length, true);
  if (isWhole) return new PreparedAnswer(status, kept, tap.takeContent(), undefined, true);
  return new PreparedAnswer(status, kept, tap.content(), length, true);
}

function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599;
}

/** The names of two lists, each once. */
function union(left: string, right: string): string {
  const names = new Map<string, string>();
  for (const name of `${left}, ${right}`.split(',')) {
    const trimmed = name.trim();
    if (trimmed !== '' && !names.has(trimmed.toLowerCase())) names.set(trimmed.toLowerCase(), trimmed);
  }
  return [...names.values()].join(', ');
}
