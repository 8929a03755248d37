// fairmot schema: the formats of the result files, as JSON Schema.
import { z } from 'zod';
import { schemas } from '../schemas.js';

export type SchemaName = keyof typeof schemas;
export const schemaNames = Object.keys(schemas) as SchemaName[];

/** Prints one format. */
export function schema(name: SchemaName): void {
  console.log(JSON.stringify(z.toJSONSchema(schemas[name]), null, 2));
}
