#include <algorithm>

#include "common/sharedMemory.h"
#include "fusedGemmOutput.h"
#include "launch.h"

namespace trtfairmot
{

namespace
{

// Thread blocks that a multiprocessor holds at most.
#if defined(__CUDA_ARCH__) && (__CUDA_ARCH__ == 750 || __CUDA_ARCH__ == 860 || __CUDA_ARCH__ == 870)
constexpr int32_t kMOST_BLOCKS = 16;
#else
constexpr int32_t kMOST_BLOCKS = 24;
#endif

template <typename T, typename Tile, bool kPACKED>
__global__ void __launch_bounds__(Tile::kTHREADS, std::min(Tile::kBLOCKS, kMOST_BLOCKS))
    fusedGemmKernel(__grid_constant__ FusedGemmArgs const args)
{
    extern __shared__ __align__(128) char shared[];
    runFusedGemm<T, Tile, kPACKED>(args, shared);
}

template <bool kPACKED>
cudaError_t launchTile(int32_t tile, FusedGemmArgs const& args, int32_t blocks, cudaStream_t stream)
{
    return withTile<FusedTiles>(tile, cudaErrorInvalidValue,
        [&](auto shape)
        {
            using Tile = decltype(shape);
            static std::atomic<uint64_t> allowedDevices{0};
            auto const kernel = fusedGemmKernel<__half, Tile, kPACKED>;
            bool const first = allowedDevices.load() == 0;
            cudaError_t status = allowSharedMemory(kernel, allowedDevices);
            if (status == cudaSuccess && first)
            {
                status = cudaFuncSetAttribute(
                    kernel, cudaFuncAttributePreferredSharedMemoryCarveout, std::min(100, Tile::kCARVEOUT));
            }
            if (status != cudaSuccess)
            {
                return status;
            }
            kernel<<<blocks, Tile::kTHREADS, Tile::kSHARED_BYTES, stream>>>(args);
            return cudaGetLastError();
        });
}

} // namespace

cudaError_t launchFusedGemm(
    int32_t tile, bool packed, FusedGemmArgs const& args, int32_t blocks, cudaStream_t stream)
{
    return packed ? launchTile<true>(tile, args, blocks, stream) : launchTile<false>(tile, args, blocks, stream);
}

} // namespace trtfairmot
