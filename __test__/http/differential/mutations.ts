// Requests with a few changes, made from a number: the same number gives the same bytes.

/** Whole requests the changes begin with. */
const REQUESTS: readonly string[] = [
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /a/b?c=d&e HTTP/1.1\r\nHost: example.com:8080\r\nAccept: */*\r\nX: y\r\n\r\n',
  'HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n',
  'PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b;c="d"\r\nabc\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n',
  'DELETE /d HTTP/1.1\r\nHost: [::1]:80\r\nConnection: keep-alive, close\r\n\r\n',
  'OPTIONS /o HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n',
  'GET http://a:80/b?c HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc',
  'GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx',
  'POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n',
];

/** Field lines put in, without their line ends. */
const LINES = `Host: b|Host:|Host : a|host: a,b|Content-Length: 3|Content-Length: 03|Content-Length: 3, 3|Content-Length: +3
Content-Length : 3|Content-Length:|Transfer-Encoding: chunked|Transfer-Encoding: gzip, chunked|Transfer-Encoding: identity
Transfer-Encoding: chunked, chunked|Transfer-Encoding:\tchunked|Transfer-Encoding\t: chunked|Transfer_Encoding: chunked
Connection: close|Connection: content-length|Connection: upgrade|Upgrade: h2c|Expect: x|Expect: 100-continue|Content-Type: a/b
TE: trailers|X: y|X: \xe9|0|1\r\nx|5;a|5;|5 |5; a = "b" ;c|0;a=b|ffffffffffffffff|GET / HTTP/1.1\r\nHost: a\r\n`;

/** Other pieces. */
const WORDS = `HTTP/1.1 HTTP/1.0 HTTP/2.0 HTTP/0.9 GET POST CONNECT get PRI http:// // 00 0x %00 %2f \r\n \r\n\r\n \n\n \r\r\n`;

/** What is put in: single bytes that mean something somewhere, and pieces of messages. */
const PIECES: readonly string[] = [
  ...'\r\n\t :;,=/?#*@%\\"\'()[]{}<>|^`~+-_.0159aAfFxXzZ\0\x01\x0b\x0c\x1f\x7f\x80\xa0\xe9\xff',
  ...WORDS.split(' '),
  ...LINES.split(/\||(?<!\r)\n/).map((line) => `${line}\r\n`),
  '\r\n ',
  '\r\n\t',
  '  ',
  'a'.repeat(300),
  '0'.repeat(20),
];

/** A generator of numbers below `bound`, by mulberry32. */
function numbers(seed: number): (bound: number) => number {
  let state = seed | 0;
  return (bound) => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** The request of this number. */
export function mutatedRequest(number: number): string {
  const next = numbers(number);
  const pick = <T>(from: readonly T[]): T => from[next(from.length)] as T;
  let text = pick(REQUESTS);
  const changes = 1 + next(3);
  for (let change = 0; change < changes; change += 1) {
    const at = next(text.length + 1);
    const length = 1 + next(next(4) === 0 ? 20 : 2);
    const [before, after, rest] = [text.slice(0, at), text.slice(at), text.slice(at + length)];
    switch (next(9)) {
      case 0:
      case 1:
      case 2:
        text = before + pick(PIECES) + after;
        break;
      case 3:
        text = before + pick(PIECES) + rest;
        break;
      case 4: {
        // A whole line more, where a line begins.
        const line = text.indexOf('\r\n', at) + 2;
        text = text.slice(0, line) + pick(PIECES) + text.slice(line);
        break;
      }
      case 5:
        text = before + rest;
        break;
      case 6:
        text = before + text.slice(at, at + length) + after;
        break;
      case 7:
        text = before + String.fromCharCode(next(256)) + rest;
        break;
      default: {
        const other = pick(REQUESTS);
        text = before + other.slice(next(other.length));
      }
    }
  }
  return text;
}
