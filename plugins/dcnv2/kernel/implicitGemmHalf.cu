#include "implicitGemmLaunch.h"

namespace trtfairmot
{

cudaError_t launchImplicitGemmHalf(int32_t tile, ImplicitGemmArgs const& args, dim3 grid, cudaStream_t stream)
{
    return launchImplicitGemm<__half, false>(tile, args, grid, stream);
}

} // namespace trtfairmot
