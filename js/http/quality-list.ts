// Quality lists such as `Accept` (RFC 9110 §12.4.2): what a client asks for, and what of an offer it prefers.
//
// The most specific range that matches an offer decides its quality. Among offers the higher quality wins, then the more
// specific match, then what the client named first, then what was offered first.

/** One member of a list. */
export interface Range {
  /** As it was sent, without parameters. */
  readonly value: string;
  /** Parameters but `q`, by lower-case name. */
  readonly parameters: ReadonlyMap<string, string>;
  /** 0 to 1; 0 for what is refused. */
  readonly quality: number;
  /** Its place in the list. */
  readonly place: number;
}

/** How specific a range matches an offer; -1 when it does not. */
export type Specificity<Offer> = (range: Range, offer: Offer) => number;

/** Members that are read; clients send a dozen, and each is compared with each offer. */
const MAX_RANGES = 100;
/** `weight` of RFC 9110 §12.4.2. */
const WEIGHT = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;
const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/** The members of a list in their order; those that are malformed, or of a malformed quality, are left out. */
export function parseQualityList(field: string): Range[] {
  const ranges: Range[] = [];
  let start = 0;
  for (let place = 0; start <= field.length && place < MAX_RANGES; place += 1) {
    const end = endOf(field, start, ',');
    const range = parseRange(field.slice(start, end), place);
    if (range !== undefined) ranges.push(range);
    start = end + 1;
  }
  return ranges;
}

/** Where a member ends: at `mark` outside of quotes, or at the end. */
function endOf(text: string, start: number, mark: string): number {
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === mark) return at;
  }
  return text.length;
}

function parseRange(member: string, place: number): Range | undefined {
  let end = endOf(member, 0, ';');
  const value = member.slice(0, end).trim();
  if (value === '') return undefined;
  let quality = 1;
  let parameters: Map<string, string> | undefined;
  while (end < member.length) {
    const start = end + 1;
    end = endOf(member, start, ';');
    const equals = member.indexOf('=', start);
    if (equals === -1 || equals > end) continue;
    const name = member.slice(start, equals).trim().toLowerCase();
    const text = unquote(member.slice(equals + 1, end).trim());
    if (name !== 'q') {
      parameters ??= new Map();
      if (!parameters.has(name)) parameters.set(name, text);
    } else if (WEIGHT.test(text)) quality = Number(text);
    else return undefined;
  }
  return { value, parameters: parameters ?? NO_PARAMETERS, quality, place };
}

/** The text of a quoted string; any other as it is. */
export function unquote(text: string): string {
  if (!text.startsWith('"') || !text.endsWith('"') || text.length < 2) return text;
  return text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}

/** The values a client accepts, the preferred first. */
export function acceptedValues(ranges: readonly Range[]): string[] {
  return ranges
    .filter((range) => range.quality > 0)
    .toSorted((one, other) => other.quality - one.quality || one.place - other.place)
    .map((range) => range.value);
}

/** The offers that a client accepts, the preferred first. */
export function preferredOffers<Offer>(
  ranges: readonly Range[],
  offers: readonly Offer[],
  specificity: Specificity<Offer>,
): Offer[] {
  const candidates: { offer: Offer; quality: number; specific: number; place: number }[] = [];
  for (const offer of offers) {
    let best: { offer: Offer; quality: number; specific: number; place: number } | undefined;
    for (const range of ranges) {
      const specific = specificity(range, offer);
      if (specific === -1) continue;
      const { quality, place } = range;
      const better =
        best === undefined ||
        specific > best.specific ||
        (specific === best.specific && (quality > best.quality || (quality === best.quality && place > best.place)));
      if (better) best = { offer, quality, specific, place };
    }
    if (best !== undefined && best.quality > 0) candidates.push(best);
  }
  // The sort is stable, so what was offered first stays first.
  return candidates
    .toSorted((one, other) => other.quality - one.quality || other.specific - one.specific || one.place - other.place)
    .map(({ offer }) => offer);
}
