// What a client accepts (RFC 9110 §12.5), and of which type its body is, as Express's `req.accepts` and `req.is` answer.
import { native } from '../native.ts';

/** Names that stand for a media type beside those of file extensions. */
const SHORT: Readonly<Record<string, string>> = {
  json: 'application/json',
  urlencoded: 'application/x-www-form-urlencoded',
  multipart: 'multipart/*',
  text: 'text/plain',
};

/** More members of a list are not read. */
const MAX_MEMBERS = 100;

/** The media type that a name such as `json` or `.png` stands for; what has a slash stands for itself. */
export function typeOf(name: string): string {
  if (name.includes('/')) return name;
  const bare = name.replace(/^\./, '');
  return SHORT[bare] ?? native.mediaTypeOf(`file.${bare}`);
}

/** One member of an `Accept*` field. */
interface Member {
  readonly value: string;
  readonly quality: number;
}

function membersOf(field: string): Member[] {
  return field
    .split(',', MAX_MEMBERS)
    .map((part) => {
      const [value = '', ...parameters] = part.split(';');
      const weight = parameters.map((parameter) => /^\s*q\s*=\s*([\d.]+)\s*$/i.exec(parameter)?.[1]).find(Boolean);
      return { value: value.trim().toLowerCase(), quality: weight === undefined ? 1 : Number(weight) || 0 };
    })
    .filter(({ value }) => value !== '');
}

/** How exactly a member names an offer; 0 for not at all. */
type Match = (offer: string, member: string) => number;

/**
 * The offer that a client likes best: by weight, then by how exactly it is named, then by the order of the field, then by
 * ours. `undefined` when it accepts none.
 */
function best(field: string, offers: readonly string[], match: Match): string | undefined {
  const members = membersOf(field);
  const rated = offers.flatMap((offer, place) => {
    let found: { exactness: number; order: number; quality: number } | undefined;
    for (const [order, { value, quality }] of members.entries()) {
      const exactness = match(offer.toLowerCase(), value);
      if (exactness > (found?.exactness ?? 0)) found = { exactness, order, quality };
    }
    return found === undefined || found.quality === 0 ? [] : [{ offer, place, ...found }];
  });
  rated.sort(
    (left, right) =>
      right.quality - left.quality ||
      right.exactness - left.exactness ||
      left.order - right.order ||
      left.place - right.place,
  );
  return rated[0]?.offer;
}

const matchType: Match = (offer, member) => {
  const [type, subtype] = (offer.split(';')[0] as string).trim().split('/');
  const [askedType, askedSubtype] = member.split('/');
  if (askedType !== '*' && askedType !== type) return 0;
  if (askedSubtype !== '*' && askedSubtype !== subtype) return 0;
  return 1 + (askedType === type ? 4 : 0) + (askedSubtype === subtype ? 2 : 0);
};

const matchToken: Match = (offer, member) => (member === offer ? 2 : member === '*' ? 1 : 0);

const matchLanguage: Match = (offer, member) => {
  if (member === '*') return 1;
  if (member === offer) return 4;
  if (offer.startsWith(`${member}-`)) return 3;
  return member.startsWith(`${offer}-`) ? 2 : 0;
};

/** Which of several types, or of names of types, a client likes best, as it was given; `false` for none. */
export function acceptedType(field: string | undefined, offers: readonly string[]): string | false {
  if (field === undefined) return offers[0] ?? false;
  const types = offers.map(typeOf);
  const found = best(field, types, matchType);
  return found === undefined ? false : (offers[types.indexOf(found)] as string);
}

/** The same for codings; what is not named may be sent as it is (`identity`). */
export function acceptedCoding(field: string | undefined, offers: readonly string[]): string | false {
  const named = field === undefined || field === '' ? 'identity' : field;
  return (
    best(
      /(?:^|,)\s*(?:identity|\*)\s*(?:;|,|$)/i.test(named) ? named : `${named}, identity;q=0.001`,
      offers,
      matchToken,
    ) ?? false
  );
}

/** The same for charsets. */
export function acceptedCharset(field: string | undefined, offers: readonly string[]): string | false {
  return best(field ?? '*', offers, matchToken) ?? false;
}

/** The same for languages; one without a region stands for all of its regions. */
export function acceptedLanguage(field: string | undefined, offers: readonly string[]): string | false {
  return best(field ?? '*', offers, matchLanguage) ?? false;
}

/** What a client accepts, best first, where no offers are made. */
export function acceptedList(field: string | undefined): string[] {
  return membersOf(field ?? '*')
    .filter(({ quality }) => quality > 0)
    .sort((left, right) => right.quality - left.quality)
    .map(({ value }) => value);
}

/** Which of several types a body has; `false` for none of them. `+json` stands for every type that ends so. */
export function typeIs(contentType: string | undefined, offers: readonly string[]): string | false {
  const actual = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!/^[^/\s]+\/[^/\s]+$/.test(actual)) return false;
  if (offers.length === 0) return actual;
  for (const offer of offers) {
    const [type = '', subtype = ''] = actual.split('/');
    if (offer.startsWith('+')) {
      if (subtype.endsWith(offer.toLowerCase())) return actual;
      continue;
    }
    const [askedType, askedSubtype = ''] = typeOf(offer).toLowerCase().split('/');
    const isType = askedType === '*' || askedType === type;
    const isSubtype = askedSubtype.startsWith('*+')
      ? subtype.endsWith(askedSubtype.slice(1))
      : askedSubtype === '*' || askedSubtype === subtype;
    if (isType && isSubtype) return offer.includes('*') ? actual : offer.toLowerCase();
  }
  return false;
}

/** Whether what a client has is what it would get (RFC 9110 §13.1, as Express's `req.fresh`). */
export function isFresh(
  request: {
    readonly ifNoneMatch: string | undefined;
    readonly ifModifiedSince: string | undefined;
    readonly cacheControl: string | undefined;
  },
  etag: string | undefined,
  lastModified: string | undefined,
): boolean {
  const { ifNoneMatch, ifModifiedSince, cacheControl } = request;
  if (ifNoneMatch === undefined && ifModifiedSince === undefined) return false;
  if (cacheControl !== undefined && /(?:^|,)\s*no-cache\s*(?:,|$)/.test(cacheControl)) return false;
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch === '*') return true;
    if (etag === undefined) return false;
    const bare = etag.replace(/^W\//, '');
    return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === bare);
  }
  return lastModified !== undefined && Date.parse(lastModified) <= Date.parse(ifModifiedSince ?? '');
}
