// dcnv2_bench: GPU time of FairMOT's deformable layers, replayed as CUDA graphs.
// usage: dcnv2_bench [--batch N] [--type fp16|fp32|bf16] [--offsets none|small|large] [--tune] [--packed] [--fused]
//        [--half] [--repeats N] [--only LAYER]
//   cold   inputs, weights and outputs rotate through more memory than the L2 cache holds
//   warm   one set of buffers, as a layer finds what the one before it has just written
//   --tune   times every plan and prints the best of each layer
//   --packed interpolates in half (fp16 only)
//   --only   one layer, by its input channels, output channels and width, such as 64-64-272
//   --fused  with the offset convolution inside (fp16, layers that suit it)
//   --half   the layers of the network of half width, at 320x576
//   bound    the longer of the arithmetic at 800 TFLOP/s and the tensors at 3 TB/s, what an H100 reaches in fp16
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include "benchOptions.h"
#include "benchPlans.h"
#include "dcnv2/kernel/params.h"
#include "deviceLayer.h"
#include "testing/graphTime.h"

using namespace trtfairmot;

namespace
{

BenchOptions gOptions;
cudaStream_t gStream = nullptr;

// As many sets of a layer's tensors as exceed the L2 cache.
class Buffers
{
public:
    explicit Buffers(Dcnv2Params const& p) : mParams{p}
    {
        LayerCase const layer =
            p.offsetConvolution ? randomFusedCase(p, 1.F, 5) : randomCase(p, gOptions.offsets, true, 5);
        mSets.push_back(std::make_unique<DeviceLayer>(layer));
        while (static_cast<int32_t>(mSets.size()) < coldSets(bytes()))
        {
            mSets.push_back(std::make_unique<DeviceLayer>(layer));
        }
    }

    size_t bytes() const
    {
        return mSets.front()->tensorBytes();
    }

    double warm(Dcnv2Plan const& plan) const
    {
        return microseconds(plan, 1);
    }

    double cold(Dcnv2Plan const& plan) const
    {
        return microseconds(plan, static_cast<int32_t>(mSets.size()));
    }

private:
    double microseconds(Dcnv2Plan const& plan, int32_t sets) const
    {
        auto const call = [&](int32_t set) { return dcnv2Forward(mParams, plan, mSets[set]->tensors(), gStream); };
        return medianMicroseconds(call, sets, gOptions.repeats, gStream);
    }

    Dcnv2Params mParams;
    std::vector<std::unique_ptr<DeviceLayer>> mSets;
};

double multiplyAddsOf(Dcnv2Params const& p)
{
    int32_t const channels = p.outChannels + (p.offsetConvolution ? 3 * tapsFromParams(p) : 0);
    return static_cast<double>(outPixelsFromParams(p)) * channels * (p.inChannels / p.groups) * tapsFromParams(p);
}

// Microseconds.
double boundOf(Dcnv2Params const& p, size_t bytes)
{
    return std::max(2.0 * multiplyAddsOf(p) / 800e6, static_cast<double>(bytes) / 3e6);
}

// FairMOT's layers, or the one that the options name.
std::vector<FairmotLayer> layers()
{
    std::vector<FairmotLayer> chosen;
    for (FairmotLayer const& shape : gOptions.half ? halfFairmotLayers() : fairmotLayers())
    {
        std::string const name = std::to_string(shape.inChannels) + "-" + std::to_string(shape.outChannels) + "-"
            + std::to_string(shape.width);
        if (gOptions.only.empty() || gOptions.only == name)
        {
            chosen.push_back(shape);
        }
    }
    return chosen;
}

// As the options ask for it; layers that do not suit the fused kernel stay as they are.
Dcnv2Params paramsOf(FairmotLayer const& shape)
{
    Dcnv2Params const p = paramsOfFairmotLayer(shape, gOptions.type, gOptions.batch);
    Dcnv2Params const fused = fusedParamsOfFairmotLayer(shape, gOptions.batch);
    return gOptions.fused && suitsFusion(fused) ? fused : p;
}

void bench()
{
    std::printf(
        "\n%-22s %5s %-24s %9s %9s %9s %9s\n", "layer", "count", "plan", "cold us", "warm us", "bound us", "TFLOP/s");
    double cold = 0.0;
    double warm = 0.0;
    for (FairmotLayer const& shape : layers())
    {
        Dcnv2Params const p = paramsOf(shape);
        Dcnv2Plan plan = planFromParams(p);
        plan.packedInterpolation = gOptions.packed;
        Buffers const buffers(p);
        double const coldTime = buffers.cold(plan);
        double const warmTime = buffers.warm(plan);
        char name[64];
        std::snprintf(
            name, sizeof(name), "%d->%d %dx%d", shape.inChannels, shape.outChannels, shape.height, shape.width);
        std::printf("%-22s %5d %-24s %9.2f %9.2f %9.1f %9.1f\n", name, shape.count, describe(plan).c_str(), coldTime,
            warmTime, boundOf(p, buffers.bytes()), 2e-6 * multiplyAddsOf(p) / warmTime);
        cold += shape.count * coldTime;
        warm += shape.count * warmTime;
    }
    std::printf("%-22s %5d %-24s %9.2f %9.2f   (batch %d; per image %.2f cold, %.2f warm)\n", "sixteen layers", 16, "",
        cold, warm, gOptions.batch, cold / gOptions.batch, warm / gOptions.batch);
}

void tune()
{
    double cold = 0.0;
    double warm = 0.0;
    for (FairmotLayer const& shape : layers())
    {
        Dcnv2Params const p = paramsOf(shape);
        Buffers const buffers(p);
        std::vector<std::pair<double, Dcnv2Plan>> times;
        for (Dcnv2Plan const& plan : plansOf(p, gOptions.packed))
        {
            bool const simt = plan.path == KernelPath::kSIMT;
            if (p.type == ElementType::kFLOAT || !simt)
            {
                times.emplace_back(buffers.warm(plan), plan);
            }
        }
        std::sort(times.begin(), times.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
        std::printf("\n%d->%d %dx%d batch %d, planned %s: %.2f us warm\n", shape.inChannels, shape.outChannels,
            shape.height, shape.width, gOptions.batch, describe(planFromParams(p)).c_str(),
            buffers.warm(planFromParams(p)));
        for (size_t i = 0; i < std::min<size_t>(8, times.size()); ++i)
        {
            std::printf("  %-24s %9.2f warm %9.2f cold\n", describe(times[i].second).c_str(), times[i].first,
                buffers.cold(times[i].second));
        }
        warm += shape.count * times.front().first;
        cold += shape.count * buffers.cold(times.front().second);
    }
    std::printf("\nbest plans, sixteen layers: %.2f us warm, %.2f us cold\n", warm, cold);
}

} // namespace

int main(int argc, char** argv)
{
    gOptions = benchOptionsFrom(argc, argv);
    requireGpu();
    checkCuda(cudaStreamCreateWithFlags(&gStream, cudaStreamNonBlocking), "stream");
    gOptions.tune ? tune() : bench();
    checkCuda(cudaStreamDestroy(gStream), "stream");
    return 0;
}
