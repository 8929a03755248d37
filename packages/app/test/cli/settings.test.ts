import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { readConfig, settingsFrom } from '../../src/cli/settings.js';
import { associateOptionsSchema, trackOptionsSchema } from '../../src/options.js';

const folder = temporaryFolder();

function configFile(content: unknown): string {
  const file = join(folder, 'fairmot.config.json');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

test('flags go before the file, the file before defaults', async () => {
  const config = configFile({ $schema: './x.json', tracker: 'byte', conf: 0.5, lowConf: 0.1, topK: 100, quiet: true });
  const options = await settingsFrom(trackOptionsSchema, { config, conf: '0.6', quiet: false });
  expect(options).toMatchObject({ tracker: 'byte', conf: 0.6, lowConf: 0.1, topK: 100, trackBuffer: 30, quiet: false });
});

test('settings of another verb are left aside; those of another tracker too', async () => {
  const config = configFile({ model: 'a.pth', tracker: 'byte', gate: 4, conf: 0.5 });
  const options = await settingsFrom(associateOptionsSchema, { config });
  expect(options).toMatchObject({ tracker: 'byte', conf: 0.5, gate: 4 });
  expect(options).not.toHaveProperty('model');
  expect(options).not.toHaveProperty('lowConf');
});

test('names of files are relative to the folder of the config file', async () => {
  const config = configFile({ model: 'nets/a.pth', mot: '-', save: '/tmp/x.mp4', device: 'cpu' });
  expect(await readConfig(config)).toEqual({
    model: join(folder, 'nets', 'a.pth'),
    mot: '-',
    save: '/tmp/x.mp4',
    device: 'cpu',
  });
});

describe('a wrong file is a usage error that names the key and the file', () => {
  test.each<[unknown, RegExp]>([
    [{ confidense: 0.4 }, /^Expected the name of a setting in .*config\.json but received 'confidense'$/],
    [{ conf: 1.5 }, /^Expected a number of at most 1 for conf in .*config\.json but received 1\.5$/],
    [{ conf: '0.5' }, /^Expected a number for conf in .* but received "0\.5"$/],
    [{ trackBuffer: 2.5 }, /^Expected a whole number for trackBuffer in .* but received 2\.5$/],
    [{ tracker: 'sort' }, /^Expected one of fairmot, jde, byte for tracker in .* but received "sort"$/],
    [{ model: 5 }, /^Expected text for model in .* but received 5$/],
    [{ quiet: 'yes' }, /^Expected true or false for quiet in .* but received "yes"$/],
    [{ config: 'other.json' }, /^Expected the name of a setting in .* but received 'config'$/],
    [[1], /^Expected an object of settings in .* but received \[1\]$/],
    ['{"conf": ', /^Expected JSON in .*config\.json but received: /],
  ])('%j', async (content, message) => {
    const failed = settingsFrom(trackOptionsSchema, { config: configFile(content) });
    await expect(failed).rejects.toMatchObject({ name: 'FairmotError', kind: 'usage' });
    await expect(failed).rejects.toThrow(message);
  });

  test('a file that is not there', async () => {
    await expect(settingsFrom(trackOptionsSchema, { config: join(folder, 'absent.json') })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/absent\.json but received nothing \(no such file or folder\)$/),
    });
  });
});

test('a flag that the chosen tracker does not have is refused', async () => {
  await expect(settingsFrom(trackOptionsSchema, { tracker: 'byte', gate: '4' })).rejects.toMatchObject({
    kind: 'usage',
    message: 'Expected --gate with --tracker fairmot or jde but received it with byte',
  });
  await expect(settingsFrom(associateOptionsSchema, { lowConf: '0.1' })).rejects.toMatchObject({
    message: 'Expected --low-conf with --tracker byte but received it with fairmot',
  });
});
