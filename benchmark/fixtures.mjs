// @ts-check
/**
 * What all servers answer with and check against, so that they do the same work: the objects, the routes of the REST API,
 * and the rules of a user. Answers are built anew for every request, as an application would.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {{ name: string, age: number, email: string, role: string, tags: string[] }} User */
/** @typedef {{ number: number, method: string, pattern: string, parameters: string[] }} RestRoute */

/** @param {string} name */
const read = (name) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

export const HELLO = 'Hello, World!';

/** The small object of the `json` scenarios. */
export const greeting = () => ({ message: HELLO, id: 1, ok: true, ratio: 0.5, tags: ['fast', 'small'] });

/** One hundred objects of eight members. @type {Array<Record<string, string | number | boolean>>} */
export const list = JSON.parse(read('list.json'));

/** The same as JSON Schema, for servers that write by schema. */
export const listSchema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      id: { type: 'integer' },
      name: { type: 'string' },
      email: { type: 'string' },
      role: { type: 'string' },
      active: { type: 'boolean' },
      score: { type: 'number' },
      city: { type: 'string' },
      createdAt: { type: 'string' },
    },
  },
};

/**
 * Reads lines of the form `GET /users/:id`; a route's number is the number of its line, counted from 0.
 * @param {string} text
 * @returns {RestRoute[]}
 */
export function parseRoutes(text) {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line, number) => {
    const [method = '', pattern = ''] = line.split(' ');
    const parameters = pattern
      .split('/')
      .filter((part) => part.startsWith(':'))
      .map((part) => part.slice(1));
    return { number, method, pattern, parameters };
  });
}

/** The 230 routes of the `route` scenario. */
export const restRoutes = parseRoutes(read('routes.txt'));

/**
 * What a REST route answers: its number and the value of its last parameter, which prove that the right route was found.
 * @param {number} route
 * @param {string | undefined} value
 */
export const restAnswer = (route, value) => ({ route, value: value ?? '' });

export const ROLES = ['admin', 'editor', 'reader'];
/** Deliberately cheap, and the same pattern for everyone. */
export const EMAIL_PATTERN = '^[^@\\s]+@[^@\\s]+$';
const EMAIL = new RegExp(EMAIL_PATTERN);

/** The rules of a user as JSON Schema, for servers that validate by schema. */
export const userSchema = {
  type: 'object',
  required: ['name', 'age', 'email', 'role', 'tags'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 100 },
    age: { type: 'integer', minimum: 0, maximum: 150 },
    email: { type: 'string', pattern: EMAIL_PATTERN },
    role: { type: 'string', enum: ROLES },
    tags: { type: 'array', items: { type: 'string' }, maxItems: 10 },
  },
};

/** Length in code points, as JSON Schema counts. @param {string} text */
const characters = (text) => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

/**
 * The same rules written by hand, for servers without schemas: what is wrong with a body, or `undefined`.
 * @param {unknown} body
 * @returns {string | undefined}
 */
export function userProblem(body) {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'body must be an object';
  const { name, age, email, role, tags } = /** @type {Record<string, unknown>} */ (body);
  if (typeof name !== 'string' || name === '' || characters(name) > 100)
    return 'body/name must have 1 to 100 characters';
  if (!Number.isInteger(age) || Number(age) < 0 || Number(age) > 150) return 'body/age must be an integer of 0 to 150';
  if (typeof email !== 'string' || !EMAIL.test(email)) return 'body/email must be an address';
  if (typeof role !== 'string' || !ROLES.includes(role)) return 'body/role must be admin, editor or reader';
  if (!Array.isArray(tags) || tags.length > 10) return 'body/tags must be at most ten strings';
  if (!tags.every((tag) => typeof tag === 'string')) return 'body/tags must be strings';
  return undefined;
}

/** The answer to a valid user. @param {User} user */
export const created = ({ name, age, email, role, tags }) => ({ id: 1, name, age, email, role, tags });

/** The answer to an invalid user. @param {string} message */
export const refused = (message) => ({ error: 'Bad Request', message });

/** The folder of the `static` scenario, and its one file: 10 KiB of text. */
export const assets = fileURLToPath(new URL('fixtures/assets', import.meta.url));
export const page = read('assets/page.txt');

/** Chunks of the `stream` scenario, and characters of each. */
export const CHUNKS = 16;
const CHUNK_CHARACTERS = 1024;
const chunk = 'x'.repeat(CHUNK_CHARACTERS - 1).concat('\n');

/** What the `stream` scenario answers with, piece by piece. */
export async function* pieces() {
  for (let count = 0; count < CHUNKS; count += 1) yield chunk;
}
export const allPieces = chunk.repeat(CHUNKS);
