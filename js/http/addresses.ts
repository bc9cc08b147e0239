// IP addresses and the sets of them that options name: single ones, CIDR blocks, `loopback`, `linklocal`, `uniquelocal`.
// An IPv4 address that is mapped into IPv6 (RFC 4291 §2.5.5.2) is the IPv4 address everywhere.
import { isIP } from 'node:net';

/** A block of addresses: those whose first `bits` are those of `bytes`. */
export interface AddressBlock {
  readonly bytes: Uint8Array;
  readonly bits: number;
}

const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** The 4 or 16 bytes of an address, without its zone; `undefined` for what is none. */
export function parseAddress(text: string): Uint8Array | undefined {
  const kind = isIP(text);
  if (kind === 0) return undefined;
  if (kind === 4) return quad(text);
  const bytes = parseV6(text.split('%', 1)[0] ?? '');
  return isMapped(bytes) ? bytes.slice(12) : bytes;
}

function quad(text: string): Uint8Array {
  return Uint8Array.from(text.split('.'), Number);
}

/** Bytes of a text that is known to be an IPv6 address. */
function parseV6(text: string): Uint8Array {
  const bytes = new Uint8Array(16);
  const [front = '', back] = text.split('::', 2);
  bytes.set(groups(front), 0);
  if (back !== undefined) {
    const end = groups(back);
    bytes.set(end, 16 - end.length);
  }
  return bytes;
}

function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return [...quad(group)];
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function isMapped(bytes: Uint8Array): boolean {
  return bytes[10] === 0xff && bytes[11] === 0xff && bytes.subarray(0, 10).every((byte) => byte === 0);
}

/** The blocks that a name, an address or a CIDR block stands for; `undefined` for what is none of them. */
export function parseBlocks(text: string): readonly AddressBlock[] | undefined {
  const named = Object.hasOwn(NAMED, text) ? NAMED[text] : undefined;
  const blocks = (named ?? [text]).map(parseBlock);
  return blocks.every((block) => block !== undefined) ? blocks : undefined;
}

function parseBlock(text: string): AddressBlock | undefined {
  const slash = text.indexOf('/');
  const address = slash === -1 ? text : text.slice(0, slash);
  const bytes = parseAddress(address);
  if (bytes === undefined) return undefined;
  const most = bytes.length * 8;
  if (slash === -1) return { bytes, bits: most };
  const told = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(told)) return undefined;
  // A block of mapped addresses is one of IPv4 addresses, and its first 96 bits are the mapping.
  const bits = Number(told) - (bytes.length === 4 && address.includes(':') ? 96 : 0);
  // A block of everything would be a mistake: nobody could be told from anybody.
  return bits < 1 || bits > most ? undefined : { bytes, bits };
}

/** Whether an address is in one of some blocks. */
export function isInBlocks(address: string, blocks: readonly AddressBlock[]): boolean {
  const bytes = parseAddress(address);
  return bytes !== undefined && blocks.some((block) => isInBlock(bytes, block));
}

function isInBlock(address: Uint8Array, { bytes, bits }: AddressBlock): boolean {
  if (address.length !== bytes.length) return false;
  const whole = bits >> 3;
  for (let index = 0; index < whole; index += 1) if (address[index] !== bytes[index]) return false;
  const rest = bits & 7;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return ((address[whole] as number) & mask) === ((bytes[whole] as number) & mask);
}
