// Header names and values as an application may set them (RFC 9110 §5). The native core checks them once more.
import { NexureError } from '../errors/nexure-error.ts';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// Visible characters, space, tab and obs-text: everything but controls, in the range that is one byte on the wire.
// oxlint-disable-next-line no-control-regex -- the tab is what the grammar allows
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Throws `ERR_NEXURE_HEADER_NAME` unless `name` is a token. */
export function checkName(name: string): void {
  if (typeof name !== 'string' || !TOKEN.test(name)) {
    throw new NexureError('ERR_NEXURE_HEADER_NAME', `${JSON.stringify(name)} is not a header name`);
  }
}

/** Throws `ERR_NEXURE_HEADER_VALUE` unless `value` may be sent as the value of `name`. */
export function checkValue(name: string, value: string): void {
  if (!VALUE.test(value)) {
    throw new NexureError('ERR_NEXURE_HEADER_VALUE', `the value of ${name} holds a character that cannot be sent`);
  }
}
