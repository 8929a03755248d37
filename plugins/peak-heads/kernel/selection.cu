// The kernels that find and sort the peaks.
#include "launch.h"
#include "overlappedLaunch.h"

namespace trtfairmot
{

namespace
{

__global__ void __launch_bounds__(kTILE_CELLS) findPeaksKernel(__grid_constant__ FindPeaksArgs const args)
{
    __shared__ FindPeaksShared shared;
    runFindPeaks(args, shared);
}

__global__ void __launch_bounds__(kSELECT_THREADS, 1) selectTopKKernel(__grid_constant__ SelectArgs const args)
{
    __shared__ SelectShared shared;
    runSelectTopK(args, shared);
}

} // namespace

cudaError_t launchFindPeaks(FindPeaksArgs const& args, dim3 grid, cudaStream_t stream)
{
    findPeaksKernel<<<grid, kTILE_CELLS, 0, stream>>>(args);
    return cudaGetLastError();
}

cudaError_t launchSelectTopK(SelectArgs const& args, dim3 grid, bool overlap, cudaStream_t stream)
{
    return launchOverlapped(selectTopKKernel, args, grid, kSELECT_THREADS, 0, overlap, stream);
}

} // namespace trtfairmot
