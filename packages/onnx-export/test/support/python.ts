import { execFileSync } from 'node:child_process';

/** Python with the onnx package: FAIRMOT_PYTHON, else python3. */
export const python = process.env.FAIRMOT_PYTHON ?? 'python3';

/** Why Python's onnx cannot be used; null where it can. */
export function noPythonOnnx(): string | null {
  try {
    execFileSync(python, ['-c', 'import onnx'], { stdio: 'ignore' });
    return null;
  } catch {
    return `${python} has no onnx package (FAIRMOT_PYTHON names another Python)`;
  }
}
