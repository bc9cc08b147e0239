// @ts-check
/** What the servers under test have in common: what they answer, and how they talk with the probe. */

export const HELLO = 'Hello';
/** Bytes of the answers that are long. */
export const BIG_BYTES = 16 * 1024 * 1024;
/** Bytes of their pieces, where they are given piece by piece. */
export const CHUNK_BYTES = 64 * 1024;

export const greeting = () => ({ message: HELLO, at: 1, items: [1, 2, 3] });

/** A number in eight digits, so that all answers have one length. @param {string | undefined} number */
export const numbered = (number) => String(number).padStart(8, '0');

/** A handler that keeps the thread. @param {number} ms */
export function busy(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/**
 * Says that the server can be reached, and does what the probe asks: `look` collects garbage first, so that what is left is
 * used.
 * @param {number} port @param {() => unknown} [metrics]
 */
export function obey(port, metrics = () => ({})) {
  process.on('message', (message) => {
    if (message !== 'look') return;
    globalThis.gc?.();
    process.send?.({ metrics: metrics(), memory: process.memoryUsage() });
  });
  // The channel alone does not keep a stopped server.
  process.channel?.unref();
  process.send?.({ port });
}
