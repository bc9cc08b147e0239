// @ts-check
// Prints docs/errors.md: the table of all codes, as js/errors/codes.ts has them.
//   node --import tsx scripts/errors-doc.mjs

/** @typedef {{ status: number, meaning: string }} CodeMeaning */

// The path is computed, so that checking the scripts does not check the sources with other options.
const source = new URL('../js/errors/codes.ts', import.meta.url).href;
const { codes } = /** @type {{ codes: Record<string, CodeMeaning> }} */ (await import(source));

const all = Object.entries(codes);
const answered = all.filter(([, { status }]) => status !== 0);
const thrown = all.filter(([, { status }]) => status === 0);

process.stdout.write(`# Error codes

<!-- Generated from js/errors/codes.ts by scripts/errors-doc.mjs: change it there, then run \`npm run generate\`. -->

Every error of NexureJS has a stable \`code\`. Messages and details are for people and may change; codes do not.

## Answered

A client gets these as a problem document (RFC 9457), \`application/problem+json\`, with the members \`type\`, \`title\`,
\`status\`, \`detail\` and \`code\`. What an application does wrong in a handler is answered with 500 and reported to \`logger\`;
its \`detail\` is left out unless \`NODE_ENV\` is \`development\`.

| code | status | meaning |
|---|---|---|
${answered.map(([code, { status, meaning }]) => `| \`${code}\` | ${status} | ${cell(meaning)} |`).join('\n')}

## Thrown

The application gets these as a \`NexureError\` (or the class that is named), when it is set up or from what it calls. No
client ever sees them.

| code | meaning |
|---|---|
${thrown.map(([code, { meaning }]) => `| \`${code}\` | ${cell(meaning)} |`).join('\n')}

When a server cannot listen, \`start\` rejects with the system's own error instead: its \`code\` is \`EADDRINUSE\`, \`EACCES\` and
the like.
`);

/** @param {string} text */
function cell(text) {
  return text.replaceAll('|', '\\|');
}
