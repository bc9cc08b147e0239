// @ts-check
// Reads what V8 tells of its compilers: the log of --log-code and --log-deopt, and the lines of --trace-turbo-inlining.

/** @typedef {{ file: string, place: string, reason: string, isSteady: boolean }} Deopt */

/** The script whose compilation says that the steady state begins; see target.mjs. */
const MARK = ' nexure-steady-state:1:1,';

/**
 * `isProven`: the deoptimisation that target.mjs makes on purpose in the steady state was found, so any other would be.
 * @param {string} log of V8
 * @param {string} folder URL of the folder whose functions are looked at, with a slash at its end
 */
export function readLog(log, folder) {
  /** Functions by `file name` that have been compiled by an optimising compiler. @type {Set<string>} */
  const optimised = new Set();
  /** @type {Deopt[]} */
  const deopts = [];
  let isSteady = false;
  let isProven = false;
  for (const line of log.split('\n')) {
    if (line.startsWith('code-creation,')) {
      isSteady ||= line.includes(MARK);
      // kind, time, address, size, "name URL:line:column", shared function, state: * is TurboFan, + is Maglev
      const match = /,([^,]*) (file:[^,]*?):\d+:\d+,0x[0-9a-f]+,([*+])/.exec(line);
      if (match?.[2]?.startsWith(folder)) optimised.add(`${match[2].slice(folder.length)} ${match[1]}`);
    } else if (line.startsWith('code-deopt,')) {
      const match = /<(file:.*?):(\d+:\d+)>[^,]*(?:inlined at[^,]*)?,(.*)$/.exec(line);
      isProven ||= isSteady && match?.[1]?.endsWith('/v8/target.mjs') === true;
      if (!match?.[1]?.startsWith(folder)) continue;
      deopts.push({ file: match[1].slice(folder.length), place: match[2] ?? '', reason: match[3] ?? '', isSteady });
    }
  }
  return { optimised, deopts, isProven };
}

/** The pairs `callee into caller` that TurboFan has inlined, by name. @param {string} trace @returns {Set<string>} */
export function readInlining(trace) {
  const pairs = new Set();
  for (const match of trace.matchAll(
    /^Inlining .*?<SharedFunctionInfo ?(\S*)>+\} into .*?<SharedFunctionInfo ?(\S*)>+\}/gm,
  )) {
    pairs.add(`${match[1]} into ${match[2]}`);
  }
  return pairs;
}
