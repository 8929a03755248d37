#include "upsampleAddThread.h"

namespace trtfairmot
{

namespace
{

template <typename Cut>
__global__ void __launch_bounds__(kUPSAMPLE_THREADS, Cut::kBLOCKS)
    upsampleAddKernel(__grid_constant__ UpsampleAddArgs const args)
{
    runUpsampleAdd<Cut>(args);
}

} // namespace

cudaError_t launchUpsampleAdd(
    int32_t factor, int32_t cut, UpsampleAddArgs const& args, int32_t batch, cudaStream_t stream)
{
    return withUpsampleAddCut(factor, cut, cudaErrorInvalidValue,
        [&](auto shape)
        {
            using Cut = decltype(shape);
            upsampleAddKernel<Cut><<<upsampleAddGrid<Cut>(args, batch), kUPSAMPLE_THREADS, 0, stream>>>(args);
            return cudaGetLastError();
        });
}

} // namespace trtfairmot
