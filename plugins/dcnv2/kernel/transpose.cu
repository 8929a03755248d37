#include "launch.h"

namespace trtfairmot
{

namespace
{

__global__ void __launch_bounds__(kTRANSPOSE_THREADS) transposeKernel(__grid_constant__ TransposeArgs const args)
{
    __shared__ TransposeShared shared;
    runTranspose(args, shared);
}

} // namespace

cudaError_t launchTranspose(TransposeArgs const& args, dim3 grid, cudaStream_t stream)
{
    transposeKernel<<<grid, kTRANSPOSE_THREADS, 0, stream>>>(args);
    return cudaGetLastError();
}

} // namespace trtfairmot
