// What a status is called, in status lines as in problem documents.
import { native } from '../native.ts';

const titles = new Map<number, string>();

/** The phrase of a status, such as `Not Found`. */
export function titleOf(status: number): string {
  let title = titles.get(status);
  if (title === undefined) {
    title = native.reasonPhrase(status) || 'Error';
    titles.set(status, title);
  }
  return title;
}
