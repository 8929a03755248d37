// What the declarations of all verbs share.
import type { ExitCode } from './exit-code.js';

/** Takes the exit code of a verb. */
export type Finish = (code: ExitCode) => void;

/** The end of a help text. */
export const examples = (...lines: string[]) => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
