#include "launch.h"
#include "simtGemmOutput.h"

namespace trtfairmot
{

namespace
{

template <typename T>
__global__ void __launch_bounds__(kSIMT_THREADS, 4) simtGemmKernel(__grid_constant__ SimtGemmArgs const args)
{
    __shared__ SimtShared shared;
    runSimtGemm<T>(args, shared);
}

} // namespace

cudaError_t launchSimtGemm(ElementType type, SimtGemmArgs const& args, dim3 grid, cudaStream_t stream)
{
    switch (type)
    {
    case ElementType::kFLOAT:
        simtGemmKernel<float><<<grid, kSIMT_THREADS, 0, stream>>>(args);
        break;
    case ElementType::kHALF:
        simtGemmKernel<__half><<<grid, kSIMT_THREADS, 0, stream>>>(args);
        break;
    case ElementType::kBFLOAT16:
        simtGemmKernel<__nv_bfloat16><<<grid, kSIMT_THREADS, 0, stream>>>(args);
        break;
    }
    return cudaGetLastError();
}

} // namespace trtfairmot
