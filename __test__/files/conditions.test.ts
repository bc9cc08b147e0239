// Conditions and ranges, end to end: what a client may ask of one file.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { StaticFiles } from '../../js/files/static-files.ts';
import { fetchFile, makeSite, MTIME, put } from '../harness/site.ts';

const CONTENT = 'abcdefghijklmnopqrstuvwxyz'.repeat(40);
const DATE = 'Sun, 06 Nov 1994 08:49:37 GMT';
const EARLIER = 'Sun, 06 Nov 1994 08:49:36 GMT';
const TAG = `"410-${(BigInt(MTIME.getTime()) * 1_000_000n).toString(16)}"`;

const CASES: readonly (readonly [headers: Record<string, string>, status: number, text?: string])[] = [
  [{ 'if-none-match': TAG }, 304],
  [{ 'if-none-match': `W/${TAG}` }, 304],
  [{ 'if-none-match': `"x", ${TAG}` }, 304],
  [{ 'if-none-match': '*' }, 304],
  [{ 'if-none-match': '"x"' }, 200, CONTENT],
  [{ 'if-none-match': '"x"', 'if-modified-since': DATE }, 200, CONTENT],
  [{ 'if-modified-since': DATE }, 304],
  [{ 'if-modified-since': EARLIER }, 200, CONTENT],
  [{ 'if-modified-since': 'tomorrow' }, 200, CONTENT],
  [{ 'if-match': TAG }, 200, CONTENT],
  [{ 'if-match': '*' }, 200, CONTENT],
  [{ 'if-match': '"x"' }, 412],
  [{ 'if-match': `W/${TAG}` }, 412],
  [{ 'if-match': '"x"', 'if-none-match': TAG }, 412],
  [{ 'if-unmodified-since': DATE }, 200, CONTENT],
  [{ 'if-unmodified-since': EARLIER }, 412],
  [{ range: 'bytes=0-2' }, 206, 'abc'],
  [{ range: 'bytes=-2' }, 206, 'yz'],
  [{ range: 'bytes=1038-' }, 206, 'yz'],
  [{ range: 'bytes=1038-9999' }, 206, 'yz'],
  [{ range: 'bytes=1040-' }, 416],
  [{ range: 'bytes=x' }, 200, CONTENT],
  [{ range: 'items=0-1' }, 200, CONTENT],
  [{ range: `bytes=${'0-0,'.repeat(17)}` }, 200, CONTENT],
  [{ range: 'bytes=0-2', 'if-range': TAG }, 206, 'abc'],
  [{ range: 'bytes=0-2', 'if-range': DATE }, 206, 'abc'],
  [{ range: 'bytes=0-2', 'if-range': `W/${TAG}` }, 200, CONTENT],
  [{ range: 'bytes=0-2', 'if-range': EARLIER }, 200, CONTENT],
  [{ range: 'bytes=9999-', 'if-range': '"x"' }, 200, CONTENT],
  [{ range: 'bytes=0-2', 'if-none-match': TAG }, 304],
];

describe('conditions and ranges of a file', () => {
  for (const [headers, status, text = ''] of CASES) {
    test(`${JSON.stringify(headers).slice(0, 90)} is ${status}`, async (t) => {
      const answer = await fetchFile(await makeSite(t, { 'a.txt': CONTENT }), 'a.txt', headers);
      assert.deepEqual([answer.status, answer.text], [status, text]);
      if (status < 300) assert.equal(answer.length, text.length);
      if (status === 304) assert.deepEqual([answer.headers['etag'], answer.headers['content-type']], [TAG, undefined]);
      if (status === 416) assert.deepEqual(answer.headers, { 'content-range': 'bytes */1040' });
    });
  }

  test('several ranges are parts in the order they were asked for', async (t) => {
    const site = await makeSite(t, { 'a.txt': CONTENT });
    const { status, headers, text, length } = await fetchFile(site, 'a.txt', { range: 'bytes=500-503,0-1,-2' });
    assert.equal(status, 206);
    assert.equal(length, Buffer.byteLength(text));
    const boundary = /^multipart\/byteranges; boundary=([0-9a-f]{32})$/.exec(headers['content-type'] ?? '')?.[1];
    const parts = text.split(`\r\n--${boundary}`);
    assert.deepEqual(parts, [
      '',
      '\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 500-503/1040\r\n\r\nghij',
      '\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 0-1/1040\r\n\r\nab',
      '\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 1038-1039/1040\r\n\r\nyz',
      '--\r\n',
    ]);
  });

  test('HEAD says what GET would, without content, and knows no ranges', async (t) => {
    const site = await makeSite(t, { 'a.txt': CONTENT });
    const get = await fetchFile(site, 'a.txt');
    const head = await fetchFile(site, 'a.txt', { range: 'bytes=0-1' }, { method: 'HEAD' });
    assert.deepEqual([head.status, head.headers, head.length, head.text], [200, get.headers, 1040, '']);
    assert.equal((await fetchFile(site, 'a.txt', { 'if-none-match': TAG }, { method: 'HEAD' })).status, 304);
  });

  test('an empty file is 200, whatever range is asked for', async (t) => {
    const site = await makeSite(t, { empty: '' });
    for (const headers of [{}, { range: 'bytes=0-' }, { range: 'bytes=-1' }]) {
      const answer = await fetchFile(site, 'empty', headers as Record<string, string>);
      assert.deepEqual([answer.status, answer.length, answer.text], [200, 0, '']);
    }
  });

  test('a file that was changed just now has weak validators, and no ranges by them', async (t) => {
    const site = await makeSite(t, {});
    await put(`${site}/a.txt`, CONTENT, new Date());
    const files = new StaticFiles(site);
    const { headers } = await fetchFile(files, 'a.txt');
    const tag = headers['etag'] ?? '';
    assert.match(tag, /^W\/"/);
    assert.equal((await fetchFile(files, 'a.txt', { 'if-none-match': tag })).status, 304);
    assert.equal((await fetchFile(files, 'a.txt', { range: 'bytes=0-1', 'if-range': tag })).status, 200);
    assert.equal(
      (await fetchFile(files, 'a.txt', { range: 'bytes=0-1', 'if-range': headers['last-modified'] ?? '' })).status,
      200,
    );
  });

  test('what is not sent is not compared', async (t) => {
    const site = await makeSite(t, { 'a.txt': CONTENT });
    const options = { etag: false, lastModified: false, acceptRanges: false };
    for (const headers of [{ 'if-none-match': TAG }, { 'if-modified-since': DATE }, { range: 'bytes=0-1' }]) {
      const answer = await fetchFile(site, 'a.txt', headers as Record<string, string>, options);
      assert.equal(answer.status, 200);
      assert.deepEqual(Object.keys(answer.headers), ['cache-control', 'content-type']);
    }
  });
});
