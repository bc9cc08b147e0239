// @ts-check
// Requests for v8/target.mjs: one of each of its routes, over and over, alone and pipelined.
import { connect } from 'node:net';

const body = JSON.stringify({ name: 'Ada', age: 36, tags: ['math'] });
const get = (/** @type {string} */ path) => `GET ${path} HTTP/1.1\r\nhost: a\r\nx-name: World\r\n\r\n`;

/** One request to each route. */
const REQUESTS = [
  get('/'),
  get('/json/42'),
  `POST /users HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  get('/async'),
  get('/greet'),
  get('/error'),
  get('/'),
  get('/missing'),
  get('/later'),
];

/** Connections that send all requests in one write; the others send one by one. */
const PIPELINED = 4;
const CONNECTIONS = 12;

/** Answers so far in some text; every head has its status line once, and no body has one. @param {string} text */
const statusLines = (text) => text.split('HTTP/1.1 ').length - 1;

/**
 * @param {number} port @param {number} rounds times that every request is sent @param {boolean} pipelined
 */
function one(port, rounds, pipelined) {
  const writes = pipelined ? [REQUESTS.join('')] : REQUESTS;
  const perWrite = pipelined ? REQUESTS.length : 1;
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1').setEncoding('latin1').setNoDelay(true);
    let sent = 0;
    let owed = 0;
    let rest = '';
    const next = () => {
      if (sent === rounds * writes.length) {
        socket.destroy();
        resolve(undefined);
        return;
      }
      owed = perWrite;
      socket.write(writes[sent % writes.length] ?? '');
      sent += 1;
    };
    socket.on('connect', next).on('error', reject);
    socket.on('end', () => reject(new Error('the server closed a connection')));
    socket.on('data', (/** @type {unknown} */ chunk) => {
      // A status line may be cut between two reads: its beginning stays for the next.
      const text = rest + String(chunk);
      owed -= statusLines(text);
      rest = text.slice(Math.max(text.lastIndexOf('HTTP/1.1 ') + 1, text.length - 8));
      if (owed === 0) next();
    });
  });
}

/**
 * Sends about so many requests to a target and waits for their answers.
 * @param {number} port @param {number} requests
 */
export async function load(port, requests) {
  const rounds = Math.ceil(requests / CONNECTIONS / REQUESTS.length);
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, number) => one(port, rounds, number < PIPELINED)));
}
