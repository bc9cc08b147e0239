// The command `nexure`: what it prints, and with which status it ends.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ENTRY = '__test__/fixtures/graph-app.ts';

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function nexure(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...env }, timeout: 60_000 };
    execFile(process.execPath, ['--import', 'tsx', 'js/cli/nexure.ts', ...args], options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('nexure', { concurrency: 2 }, () => {
  test('graph tells modules, their state and reason', async () => {
    const { status, stdout, stderr } = await nexure(['graph', ENTRY], { REDIS_URL: '' });
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.match(stdout, /^cache-redis: disabled \(redis\.url unset\)\n {2}exports: Cache\n/);
    assert.match(stdout, /\nshop: enabled\n {2}imports: cache-redis \(optional\)\n {2}providers: 'prices'\n/);
  });

  test('graph --json tells the same as data', async () => {
    const { stdout } = await nexure(['graph', '--json', ENTRY], { REDIS_URL: 'redis://h' });
    const modules = JSON.parse(stdout) as { name: string; state: string }[];
    assert.deepEqual(
      modules.map(({ name, state }) => `${name} ${state}`),
      ['cache-redis enabled', 'shop enabled'],
    );
  });

  test('routes lists routes, those behind a promise too', async () => {
    assert.equal((await nexure(['routes', ENTRY])).stdout, 'GET     /prices/:id\n');
    const { stdout } = await nexure(['routes', ENTRY, '--json']);
    assert.deepEqual(
      (JSON.parse(stdout) as { method: string; path: string }[]).map(({ method, path }) => [method, path]),
      [['GET', '/prices/:id']],
    );
  });

  test('openapi prints the document, with --json too', async () => {
    const { status, stdout, stderr } = await nexure(['openapi', ENTRY]);
    assert.deepEqual([status, stderr], [0, '']);
    const document = JSON.parse(stdout) as { openapi: string; paths: object };
    assert.deepEqual([document.openapi, Object.keys(document.paths)], ['3.1.1', ['/prices/{id}']]);
    assert.equal((await nexure(['openapi', '--json', ENTRY])).stdout, stdout);
  });

  const FAILURES: Record<string, [args: string[], env: Record<string, string>, status: number, stderr: RegExp]> = {
    'a cycle': [['graph', ENTRY], { BROKEN: 'cycle' }, 1, /^ERR_NEXURE_MODULE_CYCLE: a -> b -> a\n$/],
    'a missing provider': [
      ['graph', ENTRY],
      { BROKEN: 'missing' },
      1,
      /^ERR_NEXURE_DI_MISSING: .*'lost' -> 'price' in module shop; did you mean 'prices'\?/,
    ],
    'an invalid configuration': [
      ['graph', ENTRY],
      { PORT: 'abc' },
      1,
      /^ERR_NEXURE_CONFIG_INVALID: .*\n {2}PORT: "abc" is not a port/,
    ],
    'no such file': [['graph', 'none.ts'], {}, 1, /^ERR_NEXURE_CLI_ENTRY: there is no file none\.ts/],
    'no application': [['routes', 'js/config/secret.ts'], {}, 1, /^ERR_NEXURE_CLI_ENTRY: .* exports no application/],
    'an unknown command': [['grph', ENTRY], {}, 2, /grph is no command[^]*Usage/],
    'no command': [[], {}, 2, /which command/],
    'no entry': [['graph'], {}, 2, /graph of which entry/],
    'an unknown option': [['graph', '--yaml', ENTRY], {}, 2, /Unknown option '--yaml'/],
  };
  for (const [name, [args, env, status, stderr]] of Object.entries(FAILURES)) {
    test(`ends with ${status} for ${name}`, async () => {
      const ended = await nexure(args, env);
      assert.match(ended.stderr, stderr);
      assert.equal(ended.status, status);
    });
  }

  test('--help is no failure', async () => {
    const { status, stdout } = await nexure(['--help']);
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: nexure/);
  });
});
