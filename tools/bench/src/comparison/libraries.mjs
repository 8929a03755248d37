// Whether TensorRT's default tactics can run here: cuDNN 8 and cuBLAS 12 asked for their versions, so that stand-ins which merely load
// do not count.
import { jsonFrom } from './child.mjs';

const code = `
import ctypes, json

def library_property(name, function):
    call = getattr(ctypes.CDLL(name), function)
    def part(which):
        value = ctypes.c_int(-1)
        status = call(which, ctypes.byref(value))
        if status != 0: raise OSError(f"{name}: {function} returned {status}")
        return value.value
    version = [part(which) for which in range(3)]
    if version[0] < 8: raise OSError(f"{name} is of version {version}")
    return ".".join(map(str, version))

found, problems = {}, []
for title, name, function in (("cuDNN", "libcudnn.so.8", "cudnnGetProperty"), ("cuBLAS", "libcublas.so.12", "cublasGetProperty"),
                              ("cuBLASLt", "libcublasLt.so.12", "cublasLtGetProperty")):
    try: found[title] = library_property(name, function)
    except Exception as error: problems.append(str(error))
print(json.dumps({"versions": found, "problems": problems}))
`;

/** `{ versions, problems }`: of cuDNN, cuBLAS and cuBLASLt, and why one of them is missing. */
export async function tacticLibraries(python, env) {
  const { versions = {}, problems, error } = await jsonFrom(python, ['-c', code], { env, limitSeconds: 60 });
  return { versions, problems: problems ?? [error] };
}
