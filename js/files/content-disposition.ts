// `Content-Disposition: attachment` with the name to save a file under (RFC 6266, RFC 8187).

/**
 * The value for a name of any characters. Of a path only the last segment counts; what is no character of a name becomes
 * `_`. Names that are not plain ASCII without quotes are given twice: once with `_`, once in full as `filename*`.
 */
export function attachment(name: string): string {
  const last = name.toWellFormed().split(/[/\\]/).pop() ?? '';
  // Controls, and the marks that turn the direction of what follows: `exe.txt` must not be shown for `txt.exe`.
  const clean = last.replaceAll(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '_');
  if (clean === '') return 'attachment';
  const plain = clean.replaceAll(/[^ -~]/gu, '_').replaceAll('"', '\\"');
  // Some clients decode percent escapes in the plain form, too: with the full form beside it they need not.
  const full = plain === clean && !/%[0-9a-f]{2}/i.test(clean) ? '' : `; filename*=UTF-8''${extended(clean)}`;
  return `attachment; filename="${plain}"${full}`;
}

/** `ext-value` without charset: what is no `attr-char` is escaped (RFC 8187 §3.2.1). */
function extended(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
