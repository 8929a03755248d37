// What only a process of its own shows: that it ends by itself, standard input and output, a missing node-av. Runs the built package.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder, testWhere } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { describeBackends, withoutFfmpeg } from './support/backends.js';
import { film, seen } from './support/film.js';

const folder = temporaryFolder();
const built = pathToFileURL(join(import.meta.dirname, '..', 'dist', 'index.js')).href;

interface Ended {
  readonly code: number | null;
  readonly output: Buffer;
  readonly errors: string;
}

function runNode(
  script: string,
  options: { input?: Buffer; env?: NodeJS.ProcessEnv; flags?: string[] } = {},
): Promise<Ended> {
  const args = [...(options.flags ?? []), '--input-type=module', '-e', `import * as media from '${built}';\n${script}`];
  const child = spawn(process.execPath, args, { env: options.env ?? process.env, timeout: 50_000 });
  const [output, errors]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (data) => output.push(data));
  child.stderr.on('data', (data) => errors.push(data));
  child.stdin.on('error', () => {});
  child.stdin.end(options.input);
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, output: Buffer.concat(output), errors: Buffer.concat(errors).toString() });
    });
  });
}

describeBackends('a process', (backend) => {
  test('ends by itself after reading, leaving early, and writing', async () => {
    const { code, output, errors } = await runNode(`
      const options = { backend: '${backend}' };
      let count = 0;
      for await (const frame of await media.openSource(${JSON.stringify(film)}, { ...options, maxFrames: 20 })) count++;
      for await (const frame of await media.openSource(${JSON.stringify(film)}, options)) if (frame.index === 3) break;
      const idle = await media.openSource(${JSON.stringify(film)}, options);
      await idle.close();
      const sink = await media.openVideoSink(${JSON.stringify(join(folder, `process-${backend}.mp4`))}, { width: 64, height: 48, frameRate: 5, ...options });
      await sink.write({ width: 64, height: 48, data: new Uint8Array(64 * 48 * 3) });
      await sink.close();
      console.log(count);
    `);
    expect(errors).toBe('');
    expect([code, output.toString()]).toEqual([0, '20\n']);
    expect(await seen(join(folder, `process-${backend}.mp4`), { backend })).toHaveLength(1);
  });

  testWhere(
    process.platform === 'win32' ? 'no process groups on Windows' : null,
    'Ctrl-C: the part written can be closed and played',
    async () => {
      const path = join(folder, `interrupted-${backend}.mp4`);
      const script = `
      import * as media from '${built}';
      const sink = await media.openVideoSink(${JSON.stringify(path)}, { width: 64, height: 48, frameRate: 5, backend: '${backend}' });
      const source = await media.openSource(${JSON.stringify(film)}, { backend: '${backend}' });
      let interrupted = false;
      process.once('SIGINT', () => { interrupted = true; });
      let count = 0;
      for await (const frame of source) {
        await sink.write({ width: 64, height: 48, data: frame.data.slice(0, 64 * 48 * 3) });
        if (++count === 10) console.log('ten');
        if (count >= 10) await new Promise((resolve) => setTimeout(resolve, 20));
        if (interrupted) break;
      }
      await sink.close();
      console.log(count);
    `;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { detached: true });
      let text = '';
      child.stdout.on('data', (data) => {
        text += data;
        if (text === 'ten\n') process.kill(-(child.pid as number), 'SIGINT'); // the whole group, as a terminal does
      });
      const code = await new Promise((resolve) => child.once('close', resolve));
      const count = Number(text.split('\n')[1]);
      expect(code).toBe(0);
      expect(count).toBeGreaterThanOrEqual(10);
      expect(count).toBeLessThan(195);
      expect(await seen(path, { backend })).toHaveLength(count);
    },
  );

  test('writes a video to standard output', async () => {
    const { code, output, errors } = await runNode(`
      const sink = await media.openVideoSink('-', { width: 64, height: 48, frameRate: 5, backend: '${backend}' });
      for (let n = 0; n < 7; n++) await sink.write({ width: 64, height: 48, data: new Uint8Array(64 * 48 * 3).fill(30 * n) });
      await sink.close();
    `);
    expect([code, errors]).toEqual([0, '']);
    const path = join(folder, `stdout-${backend}.mkv`);
    writeFileSync(path, output);
    const levels = (await seen(path, { backend })).map(({ level }) => level);
    expect(levels).toHaveLength(7);
    for (const [n, level] of levels.entries()) expect(Math.abs(level - 30 * n)).toBeLessThanOrEqual(4);
  });
});

describe('standard input and output', () => {
  test('raw frames in, text out', async () => {
    const input = Buffer.alloc(9 * 24);
    for (let i = 0; i < input.length; i++) input[i] = Math.floor(i / 24);
    const { code, output, errors } = await runNode(
      `
      const text = await media.openTextSink('-');
      const raw = { width: 4, height: 2, frameRate: 2 };
      for await (const frame of await media.openSource('-', { raw, stride: 2 })) {
        await text.write([frame.index, frame.time, frame.data[23]].join(' ') + '\\n');
      }
      await text.close();
      `,
      { input },
    );
    expect([code, errors]).toEqual([0, '']);
    expect(output.toString()).toBe('1 0 0\n3 1 2\n5 2 4\n7 3 6\n9 4 8\n');
  });

  test('leaving standard input early ends the process', async () => {
    const { code, output } = await runNode(
      `for await (const frame of await media.openSource('-', { raw: { width: 4, height: 2 } })) { console.log(frame.index); break; }`,
      { input: Buffer.alloc(5_000_000) },
    );
    expect([code, output.toString()]).toEqual([0, '1\n']);
  });

  test('without a size it is a usage error', async () => {
    const { output } = await runNode(
      `await media.openSource('-').catch((error) => console.log(error.name, error.kind, error.message));`,
    );
    expect(output.toString()).toBe(
      'FairmotError usage Expected the size of the raw frames on standard input but received none\n',
    );
  });
});

describe('without node-av', () => {
  const hidden = `data:text/javascript,${encodeURIComponent(`
    import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(\`
      export function resolve(name, context, next) {
        if (name.startsWith('node-av')) throw Object.assign(new Error("Cannot find package 'node-av'"), { code: 'ERR_MODULE_NOT_FOUND' });
        return next(name, context);
      }\`));
  `)}`;
  const flags = ['--import', hidden];
  const script = `
    const report = await media.probeMedia();
    const tried = await media.openSource(${JSON.stringify(film)}, { maxFrames: 2 }).then(
      (source) => source.close().then(() => source.backend),
      (error) => [error.kind, error.message, error.hint].join(' | '),
    );
    console.log(JSON.stringify([report.chosen, report.backends['node-av'].problem, tried]));
  `;

  test('and without ffmpeg it is an error of the environment, with a hint', async () => {
    const { output, errors } = await runNode(script, { flags, env: { PATH: folder } });
    expect(errors).toBe('');
    const [chosen, problem, tried] = JSON.parse(output.toString());
    expect([chosen, problem]).toEqual([null, 'not installed']);
    expect(tried).toMatch(
      /^environment \| Expected node-av or ffmpeg for video but received none \| npm install node-av, or put ffmpeg/,
    );
  });

  testWhere(withoutFfmpeg, 'ffmpeg takes its place', async () => {
    const { output } = await runNode(script, { flags });
    expect(JSON.parse(output.toString())).toEqual(['ffmpeg', 'not installed', 'ffmpeg']);
  });

  test('the package is installed all the same', () => {
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'));
    expect(Object.keys(manifest.dependencies)).not.toContain('node-av');
    expect(Object.keys(manifest.optionalDependencies)).toContain('node-av');
  });
});
