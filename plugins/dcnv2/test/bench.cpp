// dcnv2_bench: GPU time of FairMOT's deformable layers, replayed as CUDA graphs.
// usage: dcnv2_bench [--batch N] [--type fp16|fp32|bf16] [--offsets none|small|large] [--tune] [--packed] [--fused] [--repeats N]
//        [--only LAYER]
//   cold   inputs, weights and outputs rotate through more memory than the L2 cache holds
//   warm   one set of buffers, as a layer finds what the one before it has just written
//   --tune   times every plan and prints the best of each layer
//   --packed interpolates in half (fp16 only)
//   --only   one layer, by its input channels, output channels and width, such as 64-64-272
//   --fused  with the offset convolution inside (fp16, layers that suit it)
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "dcnv2/kernel/fusedTile.h"
#include "dcnv2/kernel/residentTile.h"
#include "dcnv2/kernel/params.h"
#include "dcnv2/kernel/plan.h"
#include "dcnv2/kernel/tensorCoreTile.h"
#include "deviceLayer.h"

using namespace trtfairmot;

namespace
{

struct Options
{
    int32_t batch{1};
    ElementType type{ElementType::kHALF};
    OffsetKind offsets{OffsetKind::kSMALL};
    bool tune{false};
    bool packed{false};
    bool fused{false};
    int32_t repeats{30};
    std::string only;
};

constexpr size_t kCOLD_BYTES = size_t{160} << 20;
constexpr int32_t kCALLS_PER_REPLAY = 20;

Options gOptions;
cudaStream_t gStream = nullptr;

// Median microseconds of one call, over replays of a graph of calls that take turns in the buffers.
double microseconds(Dcnv2Params const& p, Dcnv2Plan const& plan, std::vector<DeviceLayer*> const& buffers)
{
    int32_t const calls = std::max(kCALLS_PER_REPLAY, static_cast<int32_t>(buffers.size()));
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t executable = nullptr;
    cudaEvent_t start = nullptr;
    cudaEvent_t stop = nullptr;
    checkCuda(dcnv2Forward(p, plan, buffers.front()->tensors(), gStream), "dcnv2Forward"); // loads the kernels
    checkCuda(cudaStreamSynchronize(gStream), "the kernel");
    checkCuda(cudaStreamBeginCapture(gStream, cudaStreamCaptureModeGlobal), "begin capture");
    for (int32_t call = 0; call < calls; ++call)
    {
        checkCuda(dcnv2Forward(p, plan, buffers[call % buffers.size()]->tensors(), gStream), "dcnv2Forward");
    }
    checkCuda(cudaStreamEndCapture(gStream, &graph), "end capture");
    checkCuda(cudaGraphInstantiate(&executable, graph, 0), "instantiate");
    checkCuda(cudaEventCreate(&start), "event");
    checkCuda(cudaEventCreate(&stop), "event");
    std::vector<double> times;
    for (int32_t i = 0; i < gOptions.repeats + 3; ++i)
    {
        checkCuda(cudaEventRecord(start, gStream), "record");
        checkCuda(cudaGraphLaunch(executable, gStream), "launch");
        checkCuda(cudaEventRecord(stop, gStream), "record");
        checkCuda(cudaEventSynchronize(stop), "replay");
        float milliseconds = 0.F;
        checkCuda(cudaEventElapsedTime(&milliseconds, start, stop), "elapsed");
        if (i >= 3)
        {
            times.push_back(1000.0 * milliseconds / calls);
        }
    }
    checkCuda(cudaEventDestroy(start), "event");
    checkCuda(cudaEventDestroy(stop), "event");
    checkCuda(cudaGraphExecDestroy(executable), "graph");
    checkCuda(cudaGraphDestroy(graph), "graph");
    std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
    return times[times.size() / 2];
}

struct Buffers
{
    explicit Buffers(Dcnv2Params const& p)
    {
        LayerCase const layer =
            p.offsetConvolution ? randomFusedCase(p, 1.F, 5) : randomCase(p, gOptions.offsets, true, 5);
        owned.push_back(std::make_unique<DeviceLayer>(layer));
        size_t const sets = std::min<size_t>(48, kCOLD_BYTES / owned.front()->tensorBytes() + 2);
        while (owned.size() < sets)
        {
            owned.push_back(std::make_unique<DeviceLayer>(layer));
        }
        for (auto const& set : owned)
        {
            cold.push_back(set.get());
        }
        warm.push_back(owned.front().get());
    }

    std::vector<std::unique_ptr<DeviceLayer>> owned;
    std::vector<DeviceLayer*> cold;
    std::vector<DeviceLayer*> warm;
};

double multiplyAddsOf(Dcnv2Params const& p)
{
    int32_t const channels = p.outChannels + (p.offsetConvolution ? 3 * tapsFromParams(p) : 0);
    return static_cast<double>(outPixelsFromParams(p)) * channels * (p.inChannels / p.groups) * tapsFromParams(p);
}

std::string textOfPlan(Dcnv2Plan const& plan)
{
    char text[64];
    if (plan.path == KernelPath::kSIMT)
    {
        std::snprintf(text, sizeof(text), "simt 64x64 /%d", plan.splits);
    }
    else if (plan.path == KernelPath::kFUSED)
    {
        FusedTileTraits const tile = traitsOfFusedTile(plan.tile);
        std::snprintf(text, sizeof(text), "fused %d %dx%d /%d w%d%s", plan.tile, tile.pixels, tile.channels, tile.warps,
            plan.tileWidth, plan.packedInterpolation ? " packed" : "");
    }
    else if (plan.path == KernelPath::kRESIDENT)
    {
        std::snprintf(text, sizeof(text), "resident %d w%d%s", plan.tile, plan.tileWidth,
            plan.packedInterpolation ? " packed" : "");
    }
    else
    {
        std::snprintf(text, sizeof(text), "tile %d %dx%d /%d w%d%s", plan.tile, traitsOfTile(plan.tile).pixels,
            traitsOfTile(plan.tile).channels, plan.splits, plan.tileWidth, plan.packedInterpolation ? " packed" : "");
    }
    return text;
}

// FairMOT's layers, or the one that the options name.
std::vector<FairmotLayer> layers()
{
    std::vector<FairmotLayer> chosen;
    for (FairmotLayer const& shape : fairmotLayers())
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
        "\n%-22s %5s %-24s %9s %9s %9s %9s\n", "layer", "count", "plan", "cold us", "warm us", "TFLOP/s", "GB/s cold");
    double cold = 0.0;
    double warm = 0.0;
    for (FairmotLayer const& shape : layers())
    {
        Dcnv2Params const p = paramsOf(shape);
        Dcnv2Plan plan = planFromParams(p);
        plan.packedInterpolation = gOptions.packed;
        Buffers const buffers(p);
        double const coldTime = microseconds(p, plan, buffers.cold);
        double const warmTime = microseconds(p, plan, buffers.warm);
        char name[64];
        std::snprintf(
            name, sizeof(name), "%d->%d %dx%d", shape.inChannels, shape.outChannels, shape.height, shape.width);
        std::printf("%-22s %5d %-24s %9.2f %9.2f %9.1f %9.1f\n", name, shape.count, textOfPlan(plan).c_str(), coldTime,
            warmTime, 2e-6 * multiplyAddsOf(p) / warmTime,
            1e-3 * static_cast<double>(buffers.owned.front()->tensorBytes()) / coldTime);
        cold += shape.count * coldTime;
        warm += shape.count * warmTime;
    }
    std::printf("%-22s %5d %-24s %9.2f %9.2f   (batch %d; per image %.2f cold, %.2f warm)\n", "sixteen layers", 16, "",
        cold, warm, gOptions.batch, cold / gOptions.batch, warm / gOptions.batch);
}

std::vector<Dcnv2Plan> plansOf(Dcnv2Params const& p)
{
    std::vector<Dcnv2Plan> plans;
    auto const add = [&](Dcnv2Plan const& plan)
    {
        if (planIsSupported(p, plan))
        {
            plans.push_back(plan);
        }
    };
    for (int32_t tile = 0; p.offsetConvolution && tile < kFUSED_TILE_COUNT; ++tile)
    {
        for (int32_t const width : {0, 4, 8, 16})
        {
            add(Dcnv2Plan{KernelPath::kFUSED, tile, 1, width, gOptions.packed});
        }
    }
    for (int32_t tile = 0; p.offsetConvolution && tile < kRESIDENT_TILE_COUNT; ++tile)
    {
        for (int32_t const width : {4, 8, 16})
        {
            add(Dcnv2Plan{KernelPath::kRESIDENT, tile, 1, width, gOptions.packed, 132});
        }
    }
    int32_t const slices = ceilDiv(p.inChannels * tapsFromParams(p), kSLICE);
    for (int32_t splits = 1; splits <= kMAX_SPLITS; ++splits)
    {
        add(Dcnv2Plan{KernelPath::kSIMT, 0, splits, 0, false});
        bool const even = ceilDiv(slices, ceilDiv(slices, splits)) == splits;
        for (int32_t tile = 0; even && suitsTensorCores(p) && tile < kTILE_COUNT; ++tile)
        {
            for (int32_t const width : {0, 8, 16})
            {
                add(Dcnv2Plan{KernelPath::kTENSOR_CORE, tile, splits, width, gOptions.packed});
            }
        }
    }
    return plans;
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
        for (Dcnv2Plan const& plan : plansOf(p))
        {
            bool const simt = plan.path == KernelPath::kSIMT;
            if (p.type == ElementType::kFLOAT || !simt)
            {
                times.emplace_back(microseconds(p, plan, buffers.warm), plan);
            }
        }
        std::sort(times.begin(), times.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
        std::printf("\n%d->%d %dx%d batch %d, planned %s: %.2f us warm\n", shape.inChannels, shape.outChannels,
            shape.height, shape.width, gOptions.batch, textOfPlan(planFromParams(p)).c_str(),
            microseconds(p, planFromParams(p), buffers.warm));
        for (size_t i = 0; i < std::min<size_t>(8, times.size()); ++i)
        {
            std::printf("  %-24s %9.2f warm %9.2f cold\n", textOfPlan(times[i].second).c_str(), times[i].first,
                microseconds(p, times[i].second, buffers.cold));
        }
        warm += shape.count * times.front().first;
        cold += shape.count * microseconds(p, times.front().second, buffers.cold);
    }
    std::printf("\nbest plans, sixteen layers: %.2f us warm, %.2f us cold\n", warm, cold);
}

bool readOption(std::string const& name, char const* value)
{
    static std::string const kTYPES[] = {"fp32", "fp16", "bf16"};
    static std::string const kOFFSETS[] = {"none", "small", "large"};
    if (name == "--batch" || name == "--repeats")
    {
        int32_t const number = std::atoi(value);
        (name == "--batch" ? gOptions.batch : gOptions.repeats) = number;
        return number > 0;
    }
    if (name == "--only")
    {
        gOptions.only = value;
        return true;
    }
    for (int32_t i = 0; i < 3; ++i)
    {
        if (name == "--type" && kTYPES[i] == value)
        {
            gOptions.type = static_cast<ElementType>(i);
            return true;
        }
        if (name == "--offsets" && kOFFSETS[i] == value)
        {
            gOptions.offsets = static_cast<OffsetKind>(i);
            return true;
        }
    }
    return false;
}

} // namespace

int main(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i)
    {
        if (std::strcmp(argv[i], "--tune") == 0)
        {
            gOptions.tune = true;
        }
        else if (std::strcmp(argv[i], "--packed") == 0)
        {
            gOptions.packed = true;
        }
        else if (std::strcmp(argv[i], "--fused") == 0)
        {
            gOptions.fused = true;
        }
        else if (i + 1 >= argc || !readOption(argv[i], argv[i + 1]))
        {
            std::printf("usage: dcnv2_bench [--batch N] [--type fp16|fp32|bf16] [--offsets none|small|large] [--tune] "
                        "[--packed] [--fused] [--repeats N] [--only LAYER]\n");
            return 2;
        }
        else
        {
            ++i;
        }
    }
    requireGpu();
    checkCuda(cudaStreamCreateWithFlags(&gStream, cudaStreamNonBlocking), "stream");
    gOptions.tune ? tune() : bench();
    checkCuda(cudaStreamDestroy(gStream), "stream");
    return 0;
}
