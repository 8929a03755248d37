#include "implicitGemmLaunch.h"

namespace trtfairmot
{

cudaError_t launchImplicitGemmBfloat16(int32_t tile, ImplicitGemmArgs const& args, dim3 grid, cudaStream_t stream)
{
    return launchImplicitGemm<__nv_bfloat16, false>(tile, args, grid, stream);
}

} // namespace trtfairmot
