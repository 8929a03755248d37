#include "heatMap.h"

#include "common/hopperProducts.h"
#include "launch.h"

namespace trtfairmot
{

namespace
{

struct DeviceTraits
{
    int32_t capability; // 90 is 9.0
    int32_t sharedBytes; // of a block, at most
};

// Of the current device; without one, what every device has.
DeviceTraits traitsOfDevice()
{
    int32_t device = 0;
    int32_t major = 0;
    int32_t minor = 0;
    int32_t sharedBytes = 48 * 1024;
    if (cudaGetDevice(&device) == cudaSuccess)
    {
        cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device);
        cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device);
        cudaDeviceGetAttribute(&sharedBytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
    }
    return DeviceTraits{major * 10 + minor, sharedBytes};
}

} // namespace

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

bool heatMapTileSuits(HeatMapParams const& p, int32_t tile)
{
    HeatMapTileTraits const traits = traitsOfHeatMapTile(tile);
    if (problemFromParams(p) != nullptr || traits.hidden == 0 || p.hidden % traits.hidden != 0)
    {
        return false;
    }
    int64_t const tiles = static_cast<int64_t>(ceilDiv(p.height * p.width, traits.pixels)) * p.batch;
    return !traits.grouped || (p.hidden / traits.hidden <= kMAP_RANKS && tiles < int64_t{1} << 30);
}

bool heatMapTileRuns(HeatMapParams const& p, int32_t tile)
{
    HeatMapTileTraits const traits = traitsOfHeatMapTile(tile);
    DeviceTraits const device = traitsOfDevice();
    return heatMapTileSuits(p, tile) && traits.sharedBytes <= device.sharedBytes
        && (!traits.grouped || device.capability >= 90);
}

int32_t heatMapTileFromParams(HeatMapParams const& p)
{
    // Fast ones come first. Those of warpgroups are not fast without wgmma.
    bool const grouped = kHOPPER_PRODUCTS && traitsOfDevice().capability == 90;
    for (int32_t tile = 0; tile < kHEAT_MAP_TILE_COUNT; ++tile)
    {
        if ((grouped || !traitsOfHeatMapTile(tile).grouped) && heatMapTileRuns(p, tile))
        {
            return tile;
        }
    }
    return kHEAT_MAP_TILE_COUNT - 1;
}

cudaError_t heatMapForward(
    HeatMapParams const& p, int32_t tile, HeatMapTensors const& tensors, cudaStream_t stream)
{
    if (!heatMapTileSuits(p, tile))
    {
        return cudaErrorInvalidValue;
    }
    int32_t const tiles = ceilDiv(p.height * p.width, traitsOfHeatMapTile(tile).pixels);
    HeatMapArgs const args{tensors.features, tensors.firstWeight, tensors.firstBias, tensors.secondWeight,
        tensors.secondBias, tensors.logits, p.features / 8, p.hidden, p.height, p.width, p.batch, tiles, 0};
    return launchHeatMap(tile, args, dim3(tiles, p.batch), stream);
}

} // namespace trtfairmot
