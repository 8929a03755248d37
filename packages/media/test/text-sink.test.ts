import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, testWhere } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { openTextSink } from '../src/text-sink.js';

const folder = temporaryFolder();
const noFifo = spawnSync('mkfifo', ['--version']).error ? 'no mkfifo on this machine' : null;

describe('openTextSink', () => {
  test('appears under its name on close, not before', async () => {
    const inner = join(folder, 'a', 'b');
    const sink = await openTextSink(join(inner, 'tracks.txt'));
    await sink.write('one\n');
    expect(readdirSync(inner)).toHaveLength(1);
    expect(existsSync(join(inner, 'tracks.txt'))).toBe(false);
    await sink.write('two é\n');
    await sink.close();
    await sink.close();
    expect(readdirSync(inner)).toEqual(['tracks.txt']);
    expect(readFileSync(join(inner, 'tracks.txt'), 'utf8')).toBe('one\ntwo é\n');
  });

  test('far more than fits into a buffer', async () => {
    const path = join(folder, 'long.txt');
    const sink = await openTextSink(path);
    const line = `${'x'.repeat(9999)}\n`;
    for (let i = 0; i < 500; i++) await sink.write(line);
    await sink.close();
    expect(readFileSync(path, 'utf8')).toBe(line.repeat(500));
  });

  test('abort leaves nothing, and keeps what was there', async () => {
    const inner = join(folder, 'abort');
    mkdirSync(inner);
    writeFileSync(join(inner, 'old.txt'), 'old');
    const sink = await openTextSink(join(inner, 'old.txt'), { overwrite: true });
    await sink.write('new');
    await sink.abort();
    expect(readdirSync(inner)).toEqual(['old.txt']);
    expect(readFileSync(join(inner, 'old.txt'), 'utf8')).toBe('old');
  });

  test('an existing file needs overwrite; a folder is refused', async () => {
    const path = join(folder, 'there.txt');
    writeFileSync(path, 'old');
    await expect(openTextSink(path)).rejects.toMatchObject({ kind: 'usage' });
    const sink = await openTextSink(path, { overwrite: true });
    await sink.write('new');
    await sink.close();
    expect(readFileSync(path, 'utf8')).toBe('new');
    await expect(openTextSink(folder)).rejects.toMatchObject({ kind: 'usage' });
  });

  test('a file that appears meanwhile is not overwritten', async () => {
    const inner = join(folder, 'race');
    const path = join(inner, 'tracks.txt');
    const sink = await openTextSink(path);
    await sink.write('ours');
    writeFileSync(path, 'theirs');
    await expect(sink.close()).rejects.toMatchObject({ kind: 'usage' });
    expect(readdirSync(inner)).toEqual(['tracks.txt']);
    expect(readFileSync(path, 'utf8')).toBe('theirs');
  });

  testWhere(noFifo, 'a FIFO is written directly, and one whose reader left is an error', async () => {
    const path = join(folder, 'fifo');
    execFileSync('mkfifo', [path]);
    const reader = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    reader.stdout.on('data', (data) => {
      text += data;
    });
    const sink = await openTextSink(path);
    await sink.write('through\n');
    await sink.close();
    await new Promise((resolve) => reader.once('close', resolve));
    expect(text).toBe('through\n');

    const short = spawn('head', ['-c', '1', path], { stdio: 'ignore' });
    const broken = await openTextSink(path);
    const writing = async () => {
      for (let i = 0; i < 1000; i++) await broken.write('x'.repeat(100_000));
    };
    await expect(writing()).rejects.toMatchObject({
      message: `Expected to write ${path} but received: the reader closed the pipe`,
    });
    await broken.abort();
    short.kill();
  });

  testWhere(existsSync('/dev/full') ? null : 'no /dev/full', 'a full disk is an error', async () => {
    const path = join(folder, 'full.txt');
    symlinkSync('/dev/full', path);
    const sink = await openTextSink(path);
    const writing = async () => {
      await sink.write('x'.repeat(1_000_000));
      await sink.close();
    };
    await expect(writing()).rejects.toMatchObject({
      message: `Expected to write ${path} but received: the disk is full`,
    });
    await sink.abort();
  });
});
