// stem_bench: GPU time of the stem of FairMOT's networks, replayed as a CUDA graph.
// usage: stem_bench [--tune] [--repeats N]
//   cold    inputs and outputs rotate through more memory than the L2 cache holds
//   warm    one set of buffers, as the stem finds the frame that the letterbox kernel has just written
//   --tune  times every tile
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "deviceStem.h"
#include "testing/graphTime.h"

using namespace trtfairmot;

namespace
{

bool gTune = false;
int32_t gRepeats = 30;
cudaStream_t gStream = nullptr;

double multiplyAddsOf(StemParams const& p)
{
    double const perPixel = 147.0 * p.baseChannels + 9.0 * p.baseChannels * p.level0Channels
        + 9.0 / 4.0 * p.level0Channels * p.level1Channels;
    return perPixel * p.batch * p.height * p.width;
}

void bench(StemParams const& params)
{
    StemBytes const bytes = bytesOfStem(randomStem(params, 3));
    std::vector<std::unique_ptr<DeviceStem>> sets;
    sets.push_back(std::make_unique<DeviceStem>(bytes));
    while (static_cast<int32_t>(sets.size()) < coldSets(sets.front()->tensorBytes()))
    {
        sets.push_back(std::make_unique<DeviceStem>(bytes));
    }
    std::printf("\n%s\n", describe(params).c_str());
    for (int32_t tile = kSTEM_DEFAULT_TILE; tile < (gTune ? stemTileCount() : 0); ++tile)
    {
        auto const call = [&](int32_t set) { return stemForward(params, sets[set]->tensors(), gStream, tile); };
        if (call(0) == cudaErrorInvalidValue)
        {
            continue; // too much shared memory for this GPU
        }
        double const cold = medianMicroseconds(call, static_cast<int32_t>(sets.size()), gRepeats, gStream);
        double const warm = medianMicroseconds(call, 1, gRepeats, gStream);
        std::printf("  %-44s %8.2f us cold %8.2f us warm %7.1f TFLOP/s\n",
            tile == kSTEM_DEFAULT_TILE ? "default" : stemTileName(tile), cold, warm,
            2e-6 * multiplyAddsOf(params) / warm);
    }
}

} // namespace

int main(int argc, char** argv)
{
    for (int32_t i = 1; i < argc; ++i)
    {
        if (std::strcmp(argv[i], "--tune") == 0)
        {
            gTune = true;
        }
        else if (std::strcmp(argv[i], "--repeats") == 0 && i + 1 < argc && std::atoi(argv[i + 1]) > 0)
        {
            gRepeats = std::atoi(argv[++i]);
        }
        else
        {
            std::printf("usage: stem_bench [--tune] [--repeats N]\n");
            return 2;
        }
    }
    requireGpu();
    checkCuda(cudaStreamCreateWithFlags(&gStream, cudaStreamNonBlocking), "stream");
    bench(StemParams{1, 608, 1088, 16, 16, 32, false, true});
    bench(StemParams{1, 608, 1088, 16, 16, 32, true, true});
    bench(StemParams{8, 608, 1088, 16, 16, 32, false, true});
    bench(StemParams{1, 320, 576, 8, 8, 16, false, true});
    checkCuda(cudaStreamDestroy(gStream), "stream");
    return 0;
}
