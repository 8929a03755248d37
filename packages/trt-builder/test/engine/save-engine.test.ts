import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesFromModel } from '@trt-fairmot/onnx-export';
import { temporaryFolder } from '@trt-fairmot/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type BuiltEngine, engineFromOnnx, manifestPath, readEngineManifest, saveEngine } from '../../src/index.js';
import { deformableModel, plainCase } from '../support/deformable-models.js';
import { fakeBackend } from '../support/fake-backend.js';

const folder = temporaryFolder();
let built: BuiltEngine;

beforeAll(async () => {
  built = await engineFromOnnx(bytesFromModel(deformableModel(plainCase)), {}, { backend: fakeBackend().backend });
});

describe('saveEngine', () => {
  test('writes the plan as it is and its description beside it, and nothing else', async () => {
    const path = join(folder, 'a.engine');
    await saveEngine(path, built);
    expect(new Uint8Array(await readFile(path))).toEqual(built.engine);
    expect(await readEngineManifest(path)).toEqual(built.manifest);
    expect(await readdir(folder)).toEqual(['a.engine', 'a.engine.json']);
  });

  test('does not overwrite unless told to', async () => {
    const path = join(folder, 'a.engine');
    await expect(saveEngine(path, { ...built, engine: Uint8Array.of(7) })).rejects.toThrow(
      /^Expected .*a\.engine not to exist/,
    );
    expect(await readFile(path)).toHaveLength(4);
    await saveEngine(path, { ...built, engine: Uint8Array.of(7) }, { overwrite: true });
    expect(await readFile(path)).toHaveLength(1);
  });

  test('leaves nothing in a folder that is none', async () => {
    await expect(saveEngine(join(folder, 'none', 'a.engine'), built)).rejects.toThrow(
      /^Expected to write .*a\.engine but received: ENOENT/,
    );
  });
});

describe('readEngineManifest', () => {
  test('an engine without description gives null', async () => {
    expect(await readEngineManifest(join(folder, 'of-trtexec.engine'))).toBeNull();
  });

  test.each([
    ['no JSON', '{', /^Expected JSON in .*b\.engine\.json but received: /],
    ['other JSON', '[]', /^Expected an engine's description in .* but received at its top: /],
    ['a later version', '{"format":"trt-fairmot-engine","version":2}', /received at version: /],
  ])('%s is an error that names the place', async (_, text, message) => {
    const path = join(folder, 'b.engine');
    await writeFile(manifestPath(path), text);
    await expect(readEngineManifest(path)).rejects.toThrow(message);
  });
});
