#include "heatMap.h"
#include "launch.h"

namespace trtfairmot
{

char const* problemFromParams(HeatMapParams const& p)
{
    if (p.batch < 1 || p.batch > 65535 || p.height < 1 || p.width < 1
        || static_cast<int64_t>(p.height) * p.width >= int64_t{1} << 30)
    {
        return "Expected a feature map of 1 to 65535 images of fewer than 2^30 pixels.";
    }
    if (p.features < 8 || p.features > 64 || p.features % 8 != 0)
    {
        return "Expected features with 8 to 64 channels, a multiple of 8.";
    }
    return p.hidden >= 128 && p.hidden % 128 == 0
        ? nullptr
        : "Expected a first convolution with a multiple of 128 channels.";
}

int32_t heatMapTileFromParams(HeatMapParams const& p)
{
    int32_t device = 0;
    int32_t sharedBytes = 48 * 1024;
    if (cudaGetDevice(&device) == cudaSuccess)
    {
        cudaDeviceGetAttribute(&sharedBytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
    }
    // Large ones come first.
    for (int32_t tile = 0; tile < kHEAT_MAP_TILE_COUNT; ++tile)
    {
        HeatMapTileTraits const traits = traitsOfHeatMapTile(tile);
        if (p.hidden % traits.hidden == 0 && traits.sharedBytes <= sharedBytes)
        {
            return tile;
        }
    }
    return kHEAT_MAP_TILE_COUNT - 1;
}

cudaError_t heatMapForward(
    HeatMapParams const& p, int32_t tile, HeatMapTensors const& tensors, cudaStream_t stream)
{
    HeatMapTileTraits const traits = traitsOfHeatMapTile(tile);
    if (problemFromParams(p) != nullptr || traits.hidden == 0 || p.hidden % traits.hidden != 0)
    {
        return cudaErrorInvalidValue;
    }
    HeatMapArgs const args{tensors.features, tensors.firstWeight, tensors.firstBias, tensors.secondWeight,
        tensors.secondBias, tensors.logits, p.features / 8, p.hidden, p.height, p.width};
    return launchHeatMap(tile, args, dim3(ceilDiv(p.height * p.width, traits.pixels), p.batch), stream);
}

} // namespace trtfairmot
