// The sentences of native answers. Where JavaScript gives one in the core's place it says the same, so that an answer does
// not tell which of both gave it.
import { native } from '../native.ts';

/** By the code of the answer. */
export const nativeDetails: ReadonlyMap<string, string> = new Map(
  native.nativeProblems().map(({ code, detail }) => [code, detail] as const),
);
