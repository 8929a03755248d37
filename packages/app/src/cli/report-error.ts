// Tells the user what went wrong: a sentence and a hint for what they can mend, a stack for what is our bug.
import pc from 'picocolors';
import { type ExitCode, exitCode } from './exit-code.js';

const codeOfKind: Record<string, ExitCode> = {
  input: exitCode.failed,
  usage: exitCode.usage,
  environment: exitCode.environment,
};

type UserError = Error & { kind: string; hint?: string };

/** Errors of all our packages have the same shape; their classes differ. */
function isUserError(error: unknown): error is UserError {
  return error instanceof Error && error.name === 'FairmotError' && 'kind' in error && String(error.kind) in codeOfKind;
}

/** Prints the error on stderr and returns the exit code that it stands for. */
export function reportError(error: unknown): ExitCode {
  if (isUserError(error)) {
    console.error(`${pc.red('error:')} ${error.message}`);
    if (error.hint) console.error(`${pc.cyan('hint:')} ${error.hint}`);
    return codeOfKind[error.kind] ?? exitCode.failed;
  }
  if (error instanceof Error && error.name === 'AbortError') {
    console.error('interrupted');
    return exitCode.interrupted;
  }
  console.error(
    `${pc.red('error:')} an internal error, which is a bug in trt-fairmot; please report it with these lines`,
  );
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return exitCode.failed;
}
