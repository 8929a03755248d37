#include "implicitGemmLaunch.h"

namespace trtfairmot
{

cudaError_t launchImplicitGemmPacked(int32_t tile, ImplicitGemmArgs const& args, dim3 grid, cudaStream_t stream)
{
    return launchImplicitGemm<__half, true>(tile, args, grid, stream);
}

} // namespace trtfairmot
