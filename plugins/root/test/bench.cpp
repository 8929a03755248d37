// root_bench: GPU time of FairMOT's roots, replayed as CUDA graphs.
// usage: root_bench [--tune] [--half] [--int8] [--repeats N] [--batch N]
//   cold    tensors rotate through more memory than the L2 cache holds
//   warm    one set of buffers, as a layer finds what the ones before it have just written
//   --tune  times every tile
//   --half  the network with half of the channels, at 320x576
//   --int8  int8 maps; both outputs, as the levels' last roots have them
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "deviceRoot.h"
#include "int8Case.h"
#include "root/kernel/rootTile.h"
#include "testing/graphTime.h"

using namespace trtfairmot;

namespace
{

bool gTune = false;
bool gHalf = false;
bool gInt8 = false;
int32_t gRepeats = 30;
int32_t gBatch = 1;
int32_t gSharedBytes = 0; // that a block may have
cudaStream_t gStream = nullptr;

struct Times
{
    double cold{0.0};
    double warm{0.0};
    double best{0.0}; // warm, of all tiles
};

using Sets = std::vector<std::unique_ptr<DeviceRoot>>;

Times timesOf(RootParams const& params, int32_t tile, Sets const& sets)
{
    auto const call = [&](int32_t set) { return rootForward(params, tile, sets[set]->tensors(), gStream); };
    Times times;
    times.cold = medianMicroseconds(call, static_cast<int32_t>(sets.size()), gRepeats, gStream);
    times.warm = medianMicroseconds(call, 1, gRepeats, gStream);
    times.best = times.warm;
    return times;
}

void print(char const* mark, int32_t tile, Times const& times, RootParams const& params)
{
    RootTileTraits const t = traitsOfRootTile(tile);
    std::printf("%s tile %2d (%3dx%-3d %3d threads, %d parts, %d stages) %8.2f us cold %8.2f us warm  %s\n", mark, tile,
        t.pixels, t.channels, t.threads, t.parts, t.stages, times.cold, times.warm, describe(params).c_str());
}

Times bench(RootParams const& params)
{
    RootBytes const bytes = gInt8 ? bytesOfInt8Root(randomInt8Root(params, kGIVES_INT8 | kGIVES_HALF, 3))
                                  : bytesOfRoot(randomRoot(params, 3));
    Sets sets;
    sets.push_back(std::make_unique<DeviceRoot>(bytes));
    while (static_cast<int32_t>(sets.size()) < coldSets(sets.front()->tensorBytes()))
    {
        sets.push_back(std::make_unique<DeviceRoot>(bytes));
    }
    int32_t const chosen = rootTileFromParams(params);
    Times times = timesOf(params, chosen, sets);
    int32_t best = chosen;
    print("chosen", chosen, times, params);
    for (int32_t tile = 0; gTune && tile < kROOT_TILE_COUNT; ++tile)
    {
        if (traitsOfRootTile(tile).sharedBytes <= gSharedBytes)
        {
            Times const other = timesOf(params, tile, sets);
            print("      ", tile, other, params);
            best = other.warm < times.best ? tile : best;
            times.best = other.warm < times.best ? other.warm : times.best;
        }
    }
    if (gTune)
    {
        std::printf("best   tile %2d %.2f us warm, chosen %d %.2f us\n", best, times.best, chosen, times.warm);
    }
    return times;
}

bool readOptions(int argc, char** argv)
{
    for (int32_t i = 1; i < argc; ++i)
    {
        bool const hasNumber = i + 1 < argc && std::atoi(argv[i + 1]) > 0;
        bool* const flag = std::strcmp(argv[i], "--tune") == 0 ? &gTune
            : std::strcmp(argv[i], "--half") == 0              ? &gHalf
            : std::strcmp(argv[i], "--int8") == 0              ? &gInt8
                                                               : nullptr;
        if (flag != nullptr)
        {
            *flag = true;
        }
        else if ((std::strcmp(argv[i], "--repeats") == 0 || std::strcmp(argv[i], "--batch") == 0) && hasNumber)
        {
            (std::strcmp(argv[i], "--batch") == 0 ? gBatch : gRepeats) = std::atoi(argv[i + 1]);
            ++i;
        }
        else
        {
            return false;
        }
    }
    return true;
}

} // namespace

int main(int argc, char** argv)
{
    if (!readOptions(argc, argv))
    {
        std::printf("usage: root_bench [--tune] [--half] [--int8] [--repeats N] [--batch N]\n");
        return 2;
    }
    requireGpu();
    checkCuda(cudaDeviceGetAttribute(&gSharedBytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, 0), "attribute");
    checkCuda(cudaStreamCreateWithFlags(&gStream, cudaStreamNonBlocking), "stream");
    Times sum;
    std::vector<RootParams> const roots = gHalf ? halfFairmotRoots(gBatch) : fairmotRoots(gBatch);
    for (RootParams const& params : gInt8 ? inInt8(roots) : roots)
    {
        Times const times = bench(params);
        sum.cold += times.cold;
        sum.warm += times.warm;
        sum.best += times.best;
    }
    std::printf("six roots: %.2f us cold, %.2f us warm (batch %d)\n", sum.cold, sum.warm, gBatch);
    if (gTune)
    {
        std::printf("six roots with their best tiles: %.2f us warm\n", sum.best);
    }
    checkCuda(cudaStreamDestroy(gStream), "stream");
    return 0;
}
