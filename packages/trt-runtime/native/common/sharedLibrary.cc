#include "common/sharedLibrary.h"

#include "common/nativeError.h"

#include <dlfcn.h>

namespace trtfairmot
{

namespace
{

// Where a library was really found, for messages.
std::string pathOf(void* library, std::string const& name)
{
    char origin[4096];
    if (name.find('/') == std::string::npos && dlinfo(library, RTLD_DI_ORIGIN, origin) == 0)
    {
        return std::string(origin) + "/" + name;
    }
    return name;
}

} // namespace

SharedLibrary::SharedLibrary(void* library, std::string path)
    : mLibrary(library)
    , mPath(std::move(path))
{
}

SharedLibrary SharedLibrary::open(std::vector<std::string> const& candidates, std::string const& what)
{
    std::string reasons;
    for (auto const& candidate : candidates)
    {
        // Global, since plugin libraries resolve TensorRT's symbols from it.
        if (void* library = dlopen(candidate.c_str(), RTLD_NOW | RTLD_GLOBAL))
        {
            return SharedLibrary(library, pathOf(library, candidate));
        }
        char const* reason = dlerror();
        reasons += (reasons.empty() ? "" : "; ") + std::string(reason ? reason : candidate.c_str());
    }
    throw NativeError(code::kTENSORRT_ABSENT, "Expected to open " + what + " but received: " + reasons,
        "install TensorRT and set TENSORRT_ROOT, or LD_LIBRARY_PATH, to the folder that holds its libraries");
}

void* SharedLibrary::address(char const* name) const
{
    if (void* found = dlsym(mLibrary, name))
    {
        return found;
    }
    throw NativeError(code::kTENSORRT_ABSENT,
        "Expected " + mPath + " to export " + name + " but it does not", "install a matching version of TensorRT");
}

} // namespace trtfairmot
