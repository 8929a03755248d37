#include "cublas.h"

#include <cstdlib>
#include <vector>

#include <dlfcn.h>

namespace recipe
{

namespace
{

// Of cuBLAS's interface, which has not changed from version 11 to 13.
constexpr int kREAL_32 = 0;
constexpr int kREAL_16 = 2;
constexpr int kNOT_TRANSPOSED = 0;
constexpr int kCOMPUTE_32 = 68;
constexpr int kDEFAULT_ALGORITHM = -1;

struct Library
{
    int (*create)(void**){nullptr};
    int (*destroy)(void*){nullptr};
    int (*setStream)(void*, cudaStream_t){nullptr};
    int (*setWorkspace)(void*, void*, size_t){nullptr};
    int (*gemmEx)(void*, int, int, int, int, int, void const*, void const*, int, int, void const*, int, int,
        void const*, void*, int, int, int, int){nullptr};
    std::string problem;
};

std::vector<std::string> candidates()
{
    char const* const named = std::getenv("RECIPE_CUBLAS");
    if (named != nullptr && *named != '\0')
    {
        return {named};
    }
    return {"libcublas.so.12", "libcublas.so.13", "libcublas.so.11"};
}

Library openLibrary()
{
    Library library;
    for (std::string const& name : candidates())
    {
        void* const file = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (file == nullptr)
        {
            library.problem += (library.problem.empty() ? "" : "; ") + std::string(dlerror());
            continue;
        }
        auto const find = [&](auto& function, char const* symbol)
        {
            function = reinterpret_cast<std::decay_t<decltype(function)>>(dlsym(file, symbol));
            return function != nullptr;
        };
        if (find(library.create, "cublasCreate_v2") && find(library.destroy, "cublasDestroy_v2")
            && find(library.setStream, "cublasSetStream_v2") && find(library.setWorkspace, "cublasSetWorkspace_v2")
            && find(library.gemmEx, "cublasGemmEx"))
        {
            library.problem.clear();
            return library;
        }
        library.problem = name + " lacks a function";
    }
    return library;
}

Library const& library()
{
    static Library const kLIBRARY = openLibrary();
    return kLIBRARY;
}

} // namespace

Cublas::Cublas()
{
    mProblem = library().problem;
    if (!mProblem.empty())
    {
        return;
    }
    int const status = library().create(&mHandle);
    if (status != 0)
    {
        mHandle = nullptr;
        mProblem = "cublasCreate failed with status " + std::to_string(status);
    }
}

Cublas::~Cublas()
{
    if (mHandle != nullptr)
    {
        library().destroy(mHandle);
    }
}

bool Cublas::addProduct(bool half, int32_t m, int32_t n, int32_t k, void const* weight, void const* columns,
    void* output, void* workspace, cudaStream_t stream)
{
    if (mHandle == nullptr)
    {
        return false;
    }
    float const one = 1.F;
    int const type = half ? kREAL_16 : kREAL_32;
    // cuBLAS reads columns first: the transposed product of the same memory.
    return library().setStream(mHandle, stream) == 0 && library().setWorkspace(mHandle, workspace, kWORKSPACE) == 0
        && library().gemmEx(mHandle, kNOT_TRANSPOSED, kNOT_TRANSPOSED, n, m, k, &one, columns, type, n, weight, type, k,
               &one, output, type, n, kCOMPUTE_32, kDEFAULT_ALGORITHM)
        == 0;
}

} // namespace recipe
