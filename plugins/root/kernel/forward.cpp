#include <limits>

#include "launch.h"
#include "root.h"

namespace trtfairmot
{

namespace
{

// A multiprocessor as the choice of a tile sees it: rates are per clock cycle.
constexpr int32_t kMULTIPROCESSOR_THREADS = 1024; // that registers hold
constexpr double kTENSOR_BYTES = 2400.0; // of products, each as wide as its factors
constexpr double kCOPIED_BYTES = 48.0;
constexpr double kCACHE_BYTES = 24.0; // its share of what the L2 cache gives to all
constexpr double kSLICE_CYCLES = 150.0; // of a block that waits for a slice
constexpr double kBLOCK_CYCLES = 1500.0; // before a block's first product and behind its last

constexpr int32_t kMOST_IMAGES = 65535; // of a grid

constexpr int32_t kWIDE_SHARED_SUM = 6; // tiles of 80x64 and 48x64
constexpr int32_t kNARROW_SHARED_SUM = 10;

struct Device
{
    int32_t multiprocessors{132};
    int32_t sharedBytes{48 * 1024}; // of a block
    int32_t allSharedBytes{48 * 1024}; // of a multiprocessor
};

Device currentDevice()
{
    int32_t id = 0;
    Device device;
    if (cudaGetDevice(&id) == cudaSuccess)
    {
        cudaDeviceGetAttribute(&device.multiprocessors, cudaDevAttrMultiProcessorCount, id);
        cudaDeviceGetAttribute(&device.sharedBytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, id);
        cudaDeviceGetAttribute(&device.allSharedBytes, cudaDevAttrMaxSharedMemoryPerMultiprocessor, id);
    }
    return device;
}

int32_t sumChannels(RootParams const& p)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < p.maps; ++i)
    {
        sum += p.channels[i];
    }
    return sum;
}

int32_t vectorChannels(RootParams const& p)
{
    return p.type == RootType::kHALF ? 8 : 16;
}

int32_t slicesOf(RootParams const& p)
{
    return ceilDiv(sumChannels(p) / vectorChannels(p), kROOT_ROW_VECTORS);
}

// Images are one run of pixels in half, and apart in int8.
int32_t runsOf(RootParams const& p)
{
    return p.type == RootType::kHALF ? 1 : p.batch;
}

int32_t runPixels(RootParams const& p)
{
    return p.batch * p.height * p.width / runsOf(p);
}

dim3 gridOf(RootParams const& p, RootTileTraits const& tile)
{
    return dim3(ceilDiv(runPixels(p), tile.pixels), ceilDiv(p.outChannels, tile.channels), runsOf(p));
}

// In int8 a sum has often fewer slices than a ring: without the rest more blocks run together.
int32_t sharedBytesOf(RootParams const& p, RootTileTraits const& tile)
{
    if (p.type == RootType::kHALF)
    {
        return tile.sharedBytes;
    }
    int32_t const slices = slicesOf(p) < tile.stages ? slicesOf(p) : tile.stages;
    return slices * tile.sliceBytes > tile.outputBytes ? slices * tile.sliceBytes : tile.outputBytes;
}

// Estimated cycles of the busiest multiprocessor.
double cyclesOf(RootParams const& p, RootTileTraits const& tile, Device const& device)
{
    int32_t const slices = slicesOf(p);
    dim3 const grid = gridOf(p, tile);
    double const blocks = static_cast<double>(grid.x) * grid.y * grid.z;
    int32_t const byShared = device.allSharedBytes / (sharedBytesOf(p, tile) + 1024);
    int32_t const byThreads = kMULTIPROCESSOR_THREADS / tile.threads;
    int32_t const together = byShared < 1 ? 1 : byShared < byThreads ? byShared : byThreads;
    int32_t const mine = static_cast<int32_t>((blocks + device.multiprocessors - 1) / device.multiprocessors);
    double const bytes = static_cast<double>(slices) * (tile.pixels + tile.channels) * kROOT_ROW_BYTES
        + (p.type == RootType::kHALF ? 2.0 : 3.0) * tile.pixels * tile.channels;
    double const products = static_cast<double>(tile.pixels) * tile.channels * slices * kROOT_ROW_BYTES;
    double const busy =
        bytes / kCOPIED_BYTES > products / kTENSOR_BYTES ? bytes / kCOPIED_BYTES : products / kTENSOR_BYTES;
    double const cache = blocks * bytes / device.multiprocessors / kCACHE_BYTES;
    double const waits = ceilDiv(mine, together) * (kBLOCK_CYCLES + slices * kSLICE_CYCLES);
    double const own = mine * busy;
    return waits + (own > cache ? own : cache);
}

// Sums shared by two sets of warps, where the map is small: -1 where it is not. Measured on an H100, in half.
int32_t sharedSumTile(RootParams const& p, Device const& device)
{
    RootTileTraits const wide = traitsOfRootTile(kWIDE_SHARED_SUM);
    dim3 const grid = gridOf(p, wide);
    int32_t const blocks = static_cast<int32_t>(grid.x * grid.y * grid.z);
    if (blocks > 2 * device.multiprocessors || wide.sharedBytes > device.sharedBytes)
    {
        return -1;
    }
    return 4 * blocks < 3 * device.multiprocessors ? kNARROW_SHARED_SUM : kWIDE_SHARED_SUM;
}

} // namespace

char const* problemFromParams(RootParams const& p)
{
    if (p.maps < 2 || p.maps > kROOT_MAPS)
    {
        return "Expected 2 to 4 maps.";
    }
    int32_t const multiple = p.type == RootType::kHALF ? 8 : 32;
    int64_t channels = p.outChannels;
    bool multiples = p.outChannels >= 8 && p.outChannels % multiple == 0;
    for (int32_t i = 0; i < p.maps; ++i)
    {
        multiples = multiples && p.channels[i] >= 8 && p.channels[i] % multiple == 0;
        channels += p.channels[i];
    }
    if (!multiples || p.outChannels > 65536 || channels > 131072)
    {
        return p.type == RootType::kHALF ? "Expected channels in multiples of 8, at most 65536."
                                         : "Expected int8 channels in multiples of 32, at most 65536.";
    }
    if (p.batch > kMOST_IMAGES)
    {
        return "Expected at most 65535 images.";
    }
    bool const positive = p.batch >= 1 && p.height >= 1 && p.width >= 1;
    bool const fits = positive && static_cast<double>(p.batch) * p.height * p.width * channels < 2147483648.0;
    return fits ? nullptr : "Expected maps of fewer than 2^31 elements in all.";
}

int32_t rootTileFromParams(RootParams const& p)
{
    Device const device = currentDevice();
    int32_t const sharedSum = sharedSumTile(p, device);
    if (sharedSum >= 0)
    {
        return sharedSum;
    }
    int32_t best = kROOT_TILE_COUNT - 1; // the smallest
    double least = std::numeric_limits<double>::infinity();
    for (int32_t tile = 0; tile < kROOT_TILE_COUNT; ++tile)
    {
        RootTileTraits const traits = traitsOfRootTile(tile);
        double const cycles = cyclesOf(p, traits, device);
        if (traits.sharedBytes <= device.sharedBytes && cycles < least)
        {
            least = cycles;
            best = tile;
        }
    }
    return best;
}

cudaError_t rootForward(RootParams const& p, int32_t tile, RootTensors const& tensors, cudaStream_t stream)
{
    RootTileTraits const traits = traitsOfRootTile(tile);
    if (problemFromParams(p) != nullptr || traits.pixels == 0)
    {
        return cudaErrorInvalidValue;
    }
    RootArgs args{};
    for (int32_t i = 0; i < kROOT_MAPS; ++i)
    {
        bool const given = i < p.maps;
        int32_t const vectors = given ? p.channels[i] / vectorChannels(p) : 0;
        args.maps[i] = RootMap{static_cast<uint4 const*>(given ? tensors.maps[i] : nullptr), vectors,
            given ? args.sumVectors : std::numeric_limits<int32_t>::max()};
        args.sumVectors += vectors;
    }
    args.weights = static_cast<uint4 const*>(tensors.weights);
    args.bias = tensors.bias;
    args.factors = tensors.factors;
    args.outputScale = tensors.outputScale;
    args.output = static_cast<uint4*>(tensors.output);
    args.quantized = static_cast<uint4*>(tensors.quantized);
    args.pixels = runPixels(p);
    args.outChannels = p.outChannels;
    return launchRoot(p.type, tile, args, gridOf(p, traits), sharedBytesOf(p, traits), stream);
}

} // namespace trtfairmot
