import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pageFolder } from '@trt-fairmot/live-page';

const types: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

/** The page's files by their path on the server. */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const files = Object.entries(types).map(async ([name, type]) => {
    const path = name === 'index.html' ? '/' : `/${name}`;
    return [path, { type, body: await readFile(join(pageFolder, name)) }] as const;
  });
  return new Map(await Promise.all(files));
}
