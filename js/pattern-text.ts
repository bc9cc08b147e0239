// The text of route patterns, as far as it has to be read in JavaScript: everything else is the native router's.

/** The end of a constraint in parentheses, which may hold others; those that are escaped or in brackets do not count. */
export function behindConstraint(pattern: string, from: number): number {
  if (pattern[from] !== '(') return from;
  let depth = 0;
  let isInClass = false;
  for (let at = from; at < pattern.length; at += 1) {
    const char = pattern[at];
    if (char === '\\') at += 1;
    else if (char === '[') isInClass = true;
    else if (char === ']') isInClass = false;
    else if (char === '(' && !isInClass) depth += 1;
    else if (char === ')' && !isInClass) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return pattern.length;
}
