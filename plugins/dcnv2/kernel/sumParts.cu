#include "launch.h"

namespace trtfairmot
{

namespace
{

template <typename T>
__global__ void __launch_bounds__(kSUM_THREADS) sumPartsKernel(__grid_constant__ SumPartsArgs const args)
{
    runSumParts<T>(args);
}

} // namespace

cudaError_t launchSumParts(ElementType type, SumPartsArgs const& args, int32_t blocks, cudaStream_t stream)
{
    switch (type)
    {
    case ElementType::kFLOAT:
        sumPartsKernel<float><<<blocks, kSUM_THREADS, 0, stream>>>(args);
        break;
    case ElementType::kHALF:
        sumPartsKernel<__half><<<blocks, kSUM_THREADS, 0, stream>>>(args);
        break;
    case ElementType::kBFLOAT16:
        sumPartsKernel<__nv_bfloat16><<<blocks, kSUM_THREADS, 0, stream>>>(args);
        break;
    }
    return cudaGetLastError();
}

} // namespace trtfairmot
