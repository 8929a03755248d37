#include "stemOutput.h"

namespace trtfairmot
{

namespace
{

template <typename Tile, bool kNARROW>
__global__ void __launch_bounds__(Tile::kTHREADS, Tile::kBLOCKS) stemKernel(__grid_constant__ StemArgs const args)
{
    extern __shared__ __align__(128) char shared[];
    runStem<Tile, kNARROW>(args, shared);
}

template <typename Tile, bool kNARROW>
cudaError_t launchTile(StemArgs const& args, int32_t batch, cudaStream_t stream)
{
    auto const kernel = stemKernel<Tile, kNARROW>;
    if (Tile::kSHARED_BYTES > 48 * 1024)
    {
        cudaError_t const status =
            cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, Tile::kSHARED_BYTES);
        if (status != cudaSuccess)
        {
            return status;
        }
    }
    dim3 const grid(ceilDiv(args.outWidth, kTILE_COLUMNS), ceilDiv(args.outHeight, Tile::kROWS), batch);
    kernel<<<grid, Tile::kTHREADS, Tile::kSHARED_BYTES, stream>>>(args);
    return cudaGetLastError();
}

} // namespace

cudaError_t launchStem(int32_t tile, bool narrow, StemArgs const& args, int32_t batch, cudaStream_t stream)
{
    return withTile<StemTiles>(tile, cudaErrorInvalidValue,
        [&](auto shape)
        {
            using Tile = decltype(shape);
            return narrow ? launchTile<Tile, true>(args, batch, stream) : launchTile<Tile, false>(args, batch, stream);
        });
}

bool stemTileFits(int32_t tile)
{
    int32_t device = 0;
    int32_t bytes = 0;
    return cudaGetDevice(&device) == cudaSuccess
        && cudaDeviceGetAttribute(&bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device) == cudaSuccess
        && withTile<StemTiles>(tile, false, [&](auto shape) { return decltype(shape)::kSHARED_BYTES <= bytes; });
}

} // namespace trtfairmot
