/**
 * A test for names: `*` stands for any text, `?` for one character, `[ab]` for one of several; everything else for itself.
 *
 * @example
 * matcherFrom('base.level[45].*')('base.level5.root.conv'); // true
 */
export function matcherFrom(pattern: string): (name: string) => boolean {
  const parts = pattern.match(/\*|\?|\[[^\]]*\]|[\s\S]/g) ?? [];
  const source = parts.map((part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.length > 1) return `[${part.slice(1, -1).replaceAll(/[\\^\]]/g, '\\$&')}]`;
    return part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  const expression = new RegExp(`^${source.join('')}$`, 's');
  return (name) => expression.test(name);
}
