#include "upsampleAddThread.h"

namespace trtfairmot
{

namespace
{

template <int32_t kFACTOR>
__global__ void __launch_bounds__(kUPSAMPLE_THREADS, kUPSAMPLE_BLOCKS)
    upsampleAddKernel(__grid_constant__ UpsampleAddArgs const args)
{
    runUpsampleAdd<kFACTOR>(args);
}

} // namespace

cudaError_t launchUpsampleAdd(int32_t factor, UpsampleAddArgs const& args, int32_t batch, cudaStream_t stream)
{
    auto const kernel = factor == 2 ? upsampleAddKernel<2> : upsampleAddKernel<4>;
    kernel<<<upsampleAddGrid(args, factor, batch), kUPSAMPLE_THREADS, 0, stream>>>(args);
    return cudaGetLastError();
}

} // namespace trtfairmot
