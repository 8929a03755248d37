// upsample_bench: GPU time of FairMOT's upsampling layers, replayed as CUDA graphs.
// usage: upsample_bench [--tune] [--repeats N] [--batch N]
//   cold    tensors rotate through more memory than the L2 cache holds
//   warm    one set of buffers, as a layer finds what the one before it has just written
//   --tune  times every cut
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "deviceUpsample.h"
#include "testing/graphTime.h"

using namespace trtfairmot;

namespace
{

bool gTune = false;
int32_t gRepeats = 30;
int32_t gBatch = 1;
double gCold = 0.0;
double gWarm = 0.0;
cudaStream_t gStream = nullptr;

void bench(FairmotUpsampling const& layer)
{
    UpsampleAddParams const& params = layer.params;
    UpsampleBytes const bytes = bytesOfUpsample(randomUpsample(params, 3));
    std::vector<std::unique_ptr<DeviceUpsample>> sets;
    sets.push_back(std::make_unique<DeviceUpsample>(bytes));
    while (static_cast<int32_t>(sets.size()) < coldSets(sets.front()->tensorBytes()))
    {
        sets.push_back(std::make_unique<DeviceUpsample>(bytes));
    }
    std::printf("\n%s, %d of them\n", describe(params).c_str(), layer.count);
    for (int32_t cut = kUPSAMPLE_DEFAULT_CUT; cut < (gTune ? upsampleAddCutCount(params.factor) : 0); ++cut)
    {
        auto const call = [&](int32_t set) { return upsampleAddForward(params, sets[set]->tensors(), gStream, cut); };
        double const cold = medianMicroseconds(call, static_cast<int32_t>(sets.size()), gRepeats, gStream);
        double const warm = medianMicroseconds(call, 1, gRepeats, gStream);
        bool const isDefault = cut == kUPSAMPLE_DEFAULT_CUT;
        gCold += isDefault ? layer.count * cold : 0.0;
        gWarm += isDefault ? layer.count * warm : 0.0;
        std::printf("  %-26s %8.2f us cold %8.2f us warm %8.1f GB/s cold\n",
            isDefault ? "default" : upsampleAddCutName(params.factor, cut), cold, warm,
            1e-3 * static_cast<double>(sets.front()->tensorBytes()) / cold);
    }
}

} // namespace

int main(int argc, char** argv)
{
    for (int32_t i = 1; i < argc; ++i)
    {
        bool const hasNumber = i + 1 < argc && std::atoi(argv[i + 1]) > 0;
        if (std::strcmp(argv[i], "--tune") == 0)
        {
            gTune = true;
        }
        else if ((std::strcmp(argv[i], "--repeats") == 0 || std::strcmp(argv[i], "--batch") == 0) && hasNumber)
        {
            (std::strcmp(argv[i], "--batch") == 0 ? gBatch : gRepeats) = std::atoi(argv[i + 1]);
            ++i;
        }
        else
        {
            std::printf("usage: upsample_bench [--tune] [--repeats N] [--batch N]\n");
            return 2;
        }
    }
    requireGpu();
    checkCuda(cudaStreamCreateWithFlags(&gStream, cudaStreamNonBlocking), "stream");
    for (FairmotUpsampling const& layer : fairmotUpsamplings(gBatch))
    {
        bench(layer);
    }
    std::printf("\neight layers, defaults: %.2f us cold, %.2f us warm (batch %d)\n", gCold, gWarm, gBatch);
    checkCuda(cudaStreamDestroy(gStream), "stream");
    return 0;
}
