// Where lines go: nothing that a destination does ends, holds or fills the process, and what is lost is told.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { createLogger } from '../../js/index.ts';
import { FdWriter } from '../../js/logging/fd-writer.ts';
import { runToEnd, start } from '../harness/child.ts';

import type { TestContext } from 'node:test';
import type { Exit } from '../harness/child.ts';

const onLinux = process.platform !== 'linux' && 'the device or the call is of Linux';

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'nexurejs-log-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** What the process told of itself. */
function toldBy({ stderr }: Exit): { heldMs: number; rssKb: number } {
  const line = stderr.split('\n').find((text) => text.startsWith('{"heldMs"'));
  assert.ok(line !== undefined, stderr);
  return JSON.parse(line) as { heldMs: number; rssKb: number };
}

function indexesOf(text: string): (number | undefined)[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { index?: number }).index]));
}

function counted(lines: number): number[] {
  return Array.from({ length: lines }, (_, index) => index);
}

describe('a process that logs', () => {
  for (const end of ['return', 'exit', 'throw', 'fatal-kill'] as const) {
    test(`has written every line, in order, when it ends by ${end}`, async (t) => {
      const path = join(directory(t), 'log');
      const lines = 5000;
      const toFile = await runToEnd('logging.ts', { args: [JSON.stringify({ dest: path, lines, end })] });
      const toPipe = await runToEnd('logging.ts', { args: [JSON.stringify({ lines, end })] });
      for (const text of [readFileSync(path, 'utf8'), toPipe.stdout]) {
        const indexes = indexesOf(text);
        if (end === 'fatal-kill') assert.equal(indexes.pop(), undefined, 'the fatal line');
        assert.deepEqual(indexes, counted(lines));
      }
      const expected = { return: 0, exit: 3, throw: 1, 'fatal-kill': null }[end];
      assert.equal(toFile.code, expected, toFile.stderr);
      assert.equal(toPipe.code, expected, toPipe.stderr);
    });
  }

  test('goes on and ends when its reader has gone', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '__test__/fixtures/logging.ts', JSON.stringify({ lines: 100_000, waitMs: 300 })],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 0, stderr);
    assert.match(stderr, /nexurejs: the log cannot be written \(EPIPE\)/);
    assert.equal(stderr.match(/cannot be written/g)?.length, 1, 'told once');
  });

  test('goes on and ends when the device is full', { skip: onLinux }, async () => {
    const exit = await runToEnd('logging.ts', {
      args: [JSON.stringify({ dest: '/dev/full', lines: 100_000, waitMs: 300 })],
    });
    assert.equal(exit.code, 0, exit.stderr);
    assert.match(exit.stderr, /the log cannot be written \(ENOSPC\)/);
    assert.ok(toldBy(exit).heldMs < 1000, exit.stderr);
  });

  test('goes on and ends when its descriptor is closed', async () => {
    const exit = await runToEnd('logging.ts', { args: [JSON.stringify({ dest: 999, lines: 1000, waitMs: 10 })] });
    assert.equal(exit.code, 0, exit.stderr);
    assert.match(exit.stderr, /the log cannot be written \(EBADF\)/);
  });

  for (const kind of ['socket', 'fifo'] as const) {
    test(`is neither held nor filled by a ${kind} that nobody reads, and ends soon`, { skip: onLinux }, async (t) => {
      const task = { lines: 100_000, length: 100, end: 'exit' };
      let fifo: number | undefined;
      if (kind === 'fifo') {
        const path = join(directory(t), 'fifo');
        await once(spawn('mkfifo', [path]), 'close');
        // Open at both ends: there is a reader, which does not read.
        fifo = openSync(path, constants.O_RDWR);
        t.after(() => closeSync(fifo as number));
      }
      const child = start(t, 'logging.ts', {
        args: [JSON.stringify(task)],
        stdio: ['ignore', fifo ?? 'pipe', 'pipe'],
      });
      child.process.stdout?.removeAllListeners('data').pause();
      let stderr = '';
      child.process.stderr?.on('data', (text: string) => {
        stderr += text;
      });
      const began = performance.now();
      const [code] = (await once(child.process, 'exit')) as [number];
      const tookMs = performance.now() - began;
      assert.equal(code, 3, stderr);
      assert.ok(tookMs < 15_000, `${tookMs} ms`);
      const { heldMs, rssKb } = toldBy({ stderr } as Exit);
      assert.ok(heldMs < 500, `the loop was held for ${heldMs} ms`);
      assert.ok(rssKb < 250_000, `${rssKb} KiB`);
    });
  }

  test('loses nothing to a slow reader, and tells what it dropped of too much', { skip: onLinux }, async (t) => {
    const lines = 40_000;
    const task = { dest: { dest: 1, maxBuffered: 200_000 }, lines, length: 100, waitMs: 1500 };
    const child = start(t, 'logging.ts', { args: [JSON.stringify(task)], stdio: ['ignore', 'pipe', 'pipe'] });
    const { stdout } = child.process;
    stdout?.removeAllListeners('data').pause();
    await sleep(1500);
    let text = '';
    stdout?.on('data', (chunk: string) => {
      text += chunk;
    });
    stdout?.resume();
    const { code } = await child.exit;
    assert.equal(code, 0);
    const values = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { index?: number; dropped?: number; msg: string });
    const dropped = values.reduce((sum, value) => sum + (value.dropped ?? 0), 0);
    assert.ok(dropped > 0, 'more than was kept');
    const indexes = values.flatMap(({ index }) => index ?? []);
    assert.equal(indexes.length + dropped, lines, 'each is written or counted');
    assert.deepEqual(
      indexes,
      indexes.toSorted((a, b) => a - b),
      'in order',
    );
    assert.ok(
      values.some(({ msg }) => msg === 'last'),
      'it works again',
    );
  });
});

describe('a descriptor', () => {
  /** A pipe through the file system, whose reader the test is. */
  async function pipe(t: TestContext): Promise<{ reader: number; writer: number }> {
    const path = join(directory(t), 'fifo');
    await once(spawn('mkfifo', [path]), 'close');
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    t.after(() => closeSync(reader));
    return { reader, writer };
  }

  function drain(reader: number): string {
    const buffer = Buffer.alloc(1_048_576);
    let text = '';
    for (;;) {
      try {
        const length = readSync(reader, buffer);
        if (length === 0) return text;
        text += buffer.toString('utf8', 0, length);
      } catch {
        return text;
      }
    }
  }

  const note = (dropped: number): string => `dropped ${dropped}\n`;

  test('that is full keeps warnings longer than what is less, and counts the rest', { skip: onLinux }, async (t) => {
    const { reader, writer: fd } = await pipe(t);
    t.after(() => closeSync(fd));
    const writer = new FdWriter({ fd, isNonBlocking: true, maxBuffered: 10_000, note });
    writer.write('x'.repeat(65_535).concat('\n').slice(0, 7000), 30);
    writer.write(`${'i'.repeat(999)}\n`, 30);
    writer.write(`${'w'.repeat(999)}\n`, 40);
    writer.write(`${'e'.repeat(999)}\n`, 50);
    writer.write(`${'f'.repeat(999)}\n`, 60);
    writer.write(`${'g'.repeat(999)}\n`, 60);
    await writer.flush();
    const text = drain(reader);
    assert.match(text, /^x+w+\ne+\nf+\n/);
    assert.match(text, /dropped 2\n$/);
  });

  test('that takes a part of a chunk is given the rest', { skip: onLinux }, async (t) => {
    const { reader, writer: fd } = await pipe(t);
    t.after(() => closeSync(fd));
    const writer = new FdWriter({ fd, isNonBlocking: true, maxBuffered: 10_000_000, note });
    const lines = Array.from({ length: 3000 }, (_, index) => `${index} ${'ü'.repeat(100)}\n`);
    for (const line of lines) writer.write(line, 30);
    let text = '';
    const reading = setInterval(() => {
      text += drain(reader);
    }, 1);
    await writer.flush();
    clearInterval(reading);
    text += drain(reader);
    // Characters of two bytes that the reads have cut.
    assert.equal(text.replace(/[ü\ufffd]+/g, ''), lines.join('').replace(/ü/g, ''));
  });

  test('that takes nothing does not hold a flush for long', { skip: onLinux }, async (t) => {
    const { writer: fd } = await pipe(t);
    // Not closed: the writer goes on trying, and the number may soon be another file's.
    const writer = new FdWriter({ fd, isNonBlocking: true, maxBuffered: 1_000_000, note });
    for (let index = 0; index < 1000; index += 1) writer.write(`${'x'.repeat(999)}\n`, 30);
    for (const flush of [() => writer.flush(), () => Promise.resolve(writer.flushSync())]) {
      const began = performance.now();
      await flush();
      const tookMs = performance.now() - began;
      assert.ok(tookMs > 500 && tookMs < 3000, `${tookMs} ms`);
    }
  });
});

describe('a file', () => {
  test('is appended to, also by several loggers', async (t) => {
    const path = join(directory(t), 'log');
    for (let round = 0; round < 3; round += 1) {
      const log = createLogger({ destination: path, base: null, timestamp: false });
      log.info({ round });
      await new Promise<void>((resolve) => log.flush(() => resolve()));
    }
    assert.equal(readFileSync(path, 'utf8'), [0, 1, 2].map((round) => `{"level":30,"round":${round}}\n`).join(''));
  });

  test('has the fatal line when the call returns', (t) => {
    const path = join(directory(t), 'log');
    const log = createLogger({ destination: { dest: path } });
    log.info('first');
    log.fatal('last');
    assert.match(readFileSync(path, 'utf8'), /"first"[^]*"last"/);
  });
});

describe('a stream', () => {
  test('is given each line at once', () => {
    const lines: string[] = [];
    createLogger({ destination: { write: (line) => lines.push(line) } }).info('x');
    assert.equal(lines.length, 1);
  });

  test('that fails takes nothing with it, and is complained of once', async (t) => {
    const complaints = t.mock.method(console, 'error', () => undefined);
    const failing = new Writable({
      write: (_chunk, _encoding, done) => done(new Error('no room')),
    });
    const throwing = {
      write(): never {
        throw new Error('no way');
      },
    };
    for (const destination of [failing, throwing]) {
      const log = createLogger({ destination });
      for (let index = 0; index < 3; index += 1) {
        log.info('x');
        await sleep(1);
      }
      await new Promise<void>((resolve) => log.flush(() => resolve()));
    }
    assert.equal(complaints.mock.callCount(), 2);
  });

  test('that is stuck has a bound, and is told what it missed', async () => {
    const taken: string[] = [];
    let release: (() => void) | undefined;
    const stream = new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        taken.push(chunk);
        if (release === undefined) release = done;
        else done();
      },
    });
    const log = createLogger({ destination: stream, base: null, timestamp: false });
    for (let index = 0; index < 100; index += 1) log.info('x'.repeat(50_000), { maxStringLength: 50_000 });
    assert.ok(stream.writableLength < 4_300_000, `${stream.writableLength}`);
    release?.();
    await new Promise<void>((resolve) => log.flush(() => resolve()));
    log.info('again');
    const notes = taken.filter((line) => line.includes('"dropped":'));
    const { dropped } = JSON.parse(notes[0] ?? '{}') as { dropped: number };
    assert.equal(taken.length - 2 + dropped, 100);
  });

  test('of no life is not waited for', async () => {
    const stream = new Writable({ write: () => undefined });
    const log = createLogger({ destination: stream });
    log.info('x');
    const began = performance.now();
    await new Promise<void>((resolve) => log.flush(() => resolve()));
    assert.ok(performance.now() - began < 3000);
  });
});

test(
  'a terminal is written to',
  { skip: onLinux || (!existsSync('/usr/bin/script') && 'there is no script(1)') },
  async () => {
    const child = spawn(
      'script',
      ['-qec', `${process.execPath} --import tsx __test__/fixtures/logging.ts '{"lines":100}'`, '/dev/null'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    await once(child, 'close');
    assert.equal(text.match(/"index":/g)?.length, 100);
  },
);
