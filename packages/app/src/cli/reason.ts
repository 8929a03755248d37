const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'nothing (no such file or folder)',
  ENOTDIR: 'nothing (no such file or folder)',
  EISDIR: 'a folder',
  EACCES: 'no permission to read it',
};

/** Why a file could not be opened, in words, or the system's error code where none are known. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error && 'code' in cause)) return String(cause);
  const code = String(cause.code);
  return reasons[code] ?? code;
}
