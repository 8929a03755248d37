#include "common/sharedMemory.h"
#include "launch.h"
#include "residentGemmOutput.h"

namespace trtfairmot
{

namespace
{

template <typename Tile, bool kPACKED>
__global__ void __launch_bounds__(Tile::kTHREADS, 1) residentGemmKernel(__grid_constant__ ResidentGemmArgs const args)
{
    extern __shared__ __align__(1024) char shared[];
    runResidentGemm<Tile, kPACKED>(args, shared);
}

template <typename Tile, bool kPACKED>
cudaError_t launchTile(ResidentGemmArgs const& args, int32_t sharedBytes, cudaStream_t stream)
{
    static std::atomic<uint64_t> allowedDevices{0};
    auto const kernel = residentGemmKernel<Tile, kPACKED>;
    cudaError_t const status = allowSharedMemory(kernel, allowedDevices);
    if (status != cudaSuccess)
    {
        return status;
    }
    kernel<<<args.blocks, Tile::kTHREADS, sharedBytes, stream>>>(args);
    return cudaGetLastError();
}

} // namespace

cudaError_t launchResidentGemm(
    int32_t tile, bool packed, ResidentGemmArgs const& args, int32_t sharedBytes, cudaStream_t stream)
{
    return withTile<ResidentTiles>(tile, cudaErrorInvalidValue,
        [&](auto shape)
        {
            using Tile = decltype(shape);
            return packed ? launchTile<Tile, true>(args, sharedBytes, stream)
                          : launchTile<Tile, false>(args, sharedBytes, stream);
        });
}

} // namespace trtfairmot
