// fairmot schema: the formats of the files, as JSON Schema.
import { z } from 'zod';
import { schemas } from '../schemas.js';

export type SchemaName = keyof typeof schemas;
export const schemaNames = Object.keys(schemas) as SchemaName[];

/** What people write themselves may leave out what has a default. */
const filesOfUsers: readonly SchemaName[] = ['zones', 'config'];

/** A format as JSON Schema, without what only the help needs. */
export function jsonSchemaOf(name: SchemaName): object {
  return z.toJSONSchema(schemas[name], {
    io: filesOfUsers.includes(name) ? 'input' : 'output',
    override: ({ jsonSchema }) => {
      for (const key of ['metavar', 'file', 'trackers', 'short']) delete jsonSchema[key];
    },
  });
}

/** Prints one format. */
export function schema(name: SchemaName): void {
  console.log(JSON.stringify(jsonSchemaOf(name), null, 2));
}
