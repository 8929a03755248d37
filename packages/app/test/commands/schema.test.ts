import { expect, test } from 'vitest';
import { jsonSchemaOf, schemaNames } from '../../src/commands/schema.js';

/** All keys of objects in a value. */
function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

test('every format is a JSON Schema of the current draft, without what only the help needs', () => {
  expect(schemaNames).toEqual(['ndjson', 'detections', 'evaluation', 'zones', 'config']);
  for (const name of schemaNames) {
    const schema = jsonSchemaOf(name);
    expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' });
    expect(keysOf(schema).filter((key) => ['metavar', 'trackers', 'short'].includes(key))).toEqual([]);
  }
});

test('files that people write refuse unknown keys and require nothing that has a default', () => {
  expect(jsonSchemaOf('config')).toMatchObject({
    additionalProperties: false,
    properties: { conf: { minimum: 0, maximum: 1, default: 0.4 }, tracker: { enum: ['fairmot', 'jde', 'byte'] } },
  });
  expect(jsonSchemaOf('config')).not.toHaveProperty('required');
  expect(jsonSchemaOf('zones')).toMatchObject({
    additionalProperties: false,
    properties: { lines: { items: { required: ['name', 'points'] } } },
  });
  expect(jsonSchemaOf('zones')).not.toHaveProperty('required');
});
