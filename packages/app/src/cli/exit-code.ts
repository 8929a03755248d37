/** What the process's exit code says. */
export const exitCode = { ok: 0, failed: 1, usage: 2, environment: 3, interrupted: 130 } as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
