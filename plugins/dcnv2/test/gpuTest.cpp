// dcnv2_test: the kernels on the GPU against the definition on the CPU.
// usage: dcnv2_test [--reduced | --once] [--count N] [--seed N] [--verbose]
//   --reduced  small shapes only, for compute-sanitizer
//   --once     each kernel on one tiny layer, for its slow tools
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "dcnv2/kernel/fusedTile.h"
#include "dcnv2/kernel/residentTile.h"
#include "dcnv2/kernel/params.h"
#include "dcnv2/kernel/plan.h"
#include "dcnv2/kernel/tensorCoreTile.h"
#include "deviceLayer.h"
#include "onceCases.h"
#include "reference.h"

using namespace trtfairmot;

namespace
{

struct Options
{
    bool reduced{false};
    bool once{false};
    bool verbose{false};
    int32_t count{300};
    uint32_t seed{1};
};

struct Tally
{
    int32_t runs{0};
    int32_t failures{0};
    double worst[3]{};
    double relative[3]{};
};

Options gOptions;
Tally gTally;
cudaStream_t gStream = nullptr;

void report(
    bool passed, char const* name, LayerCase const& layer, Dcnv2Plan const& plan, Comparison const& c, bool guards)
{
    int32_t const type = static_cast<int32_t>(layer.params.type);
    ++gTally.runs;
    gTally.failures += passed ? 0 : 1;
    gTally.worst[type] = std::max(gTally.worst[type], c.worstError);
    gTally.relative[type] = std::max(gTally.relative[type], c.relativeError);
    if (!passed || gOptions.verbose)
    {
        std::printf("%s %s tile %d splits %d width %d: error %.2e worst %.2e%s%s%s; %s, offsets %d\n",
            passed ? "ok  " : "FAIL", name, plan.path != KernelPath::kSIMT ? plan.tile : -1, plan.splits,
            plan.tileWidth, c.relativeError, c.worstError, c.finite ? "" : " NOT FINITE", c.padded ? "" : " PADDING",
            guards ? "" : " GUARD", describe(layer.params).c_str(), static_cast<int32_t>(layer.offsetKind));
    }
}

void runCase(LayerCase const& layer, Reference const& reference, Dcnv2Plan const& plan, char const* name)
{
    DeviceLayer device(layer);
    device.poison(gStream);
    checkCuda(dcnv2Forward(layer.params, plan, device.tensors(), gStream), "dcnv2Forward");
    checkCuda(cudaStreamSynchronize(gStream), "the kernel");
    bool guards = false;
    std::vector<uint8_t> const output = device.output(guards);
    Comparison const c = compareOutput(layer, reference, output, roundingsOf(plan));
    // Once more over poison: the same bits.
    device.poison(gStream);
    checkCuda(dcnv2Forward(layer.params, plan, device.tensors(), gStream), "dcnv2Forward");
    checkCuda(cudaStreamSynchronize(gStream), "the kernel");
    bool guardsAgain = false;
    bool const repeatable = device.output(guardsAgain) == output;
    if (!repeatable)
    {
        std::printf("FAIL %s: a second run gives other bits\n", name);
    }
    report(c.passed && guards && guardsAgain && repeatable, name, layer, plan, c, guards);
}

// Every tile of the tensor-core kernel, rectangles and rows, whole and split sums, both 16-bit types.
void testTiles()
{
    for (int32_t tile = 0; tile < kTILE_COUNT; ++tile)
    {
        for (uint32_t variant = 0; variant < 8; ++variant)
        {
            Dcnv2Params p;
            p.batch = 1 + static_cast<int32_t>(variant % 3);
            p.inChannels = variant % 4 == 1 ? 40 : 64;
            p.outChannels = traitsOfTile(tile).channels + (variant % 4 == 3 ? 5 : 8);
            p.inHeight = 19;
            p.inWidth = 27;
            p.deformableGroups = variant == 6 ? 2 : 1;
            p.type = variant % 2 == 0 ? ElementType::kHALF : ElementType::kBFLOAT16;
            p.layout = variant == 2 ? ActivationLayout::kNCHW : ActivationLayout::kNHWC;
            p.offsetLayout = variant < 3 ? ActivationLayout::kNCHW : ActivationLayout::kNHWC;
            p.weightLayout = variant % 3 == 0 ? WeightLayout::kOHWI : WeightLayout::kOIHW;
            p.offsetMaskFused = variant % 2 == 1;
            p.sigmoidMask = variant % 4 < 2;
            p.relu = variant % 3 == 1;
            int32_t const width = variant < 4 ? 8 : variant < 6 ? 0 : 16; // divides all tiles
            Dcnv2Plan plan{KernelPath::kTENSOR_CORE, tile, 1 + static_cast<int32_t>(variant % 4), width, false};
            LayerCase const layer = randomCase(
                p, static_cast<OffsetKind>(variant % static_cast<uint32_t>(OffsetKind::kCOUNT)), variant != 5, variant);
            if (!planIsSupported(p, plan))
            {
                continue;
            }
            Reference const reference = referenceOfCase(layer);
            runCase(layer, reference, plan, "tile");
            if (p.type == ElementType::kHALF)
            {
                plan.packedInterpolation = true;
                runCase(layer, reference, plan, "packed");
            }
        }
    }
}

// Every tile of the kernel with its own offset convolution, at sizes that fill no tile, and FairMOT's shapes.
void testFused()
{
    for (int32_t tile = 0; tile < kFUSED_TILE_COUNT; ++tile)
    {
        FusedTileTraits const traits = traitsOfFusedTile(tile);
        for (int32_t variant = 0; variant < 3; ++variant)
        {
            Dcnv2Params p;
            p.batch = 1 + variant;
            p.inChannels = traits.stepChannels == 32 ? 32 + 64 * variant : 64 * (1 + (tile + variant) % 3);
            p.outChannels = traits.channels - (variant == 1 ? 5 : 0);
            p.inHeight = 13;
            p.inWidth = 21;
            p.strideWidth = p.dilationHeight = 1 + variant % 2;
            p.type = ElementType::kHALF;
            p.layout = ActivationLayout::kNHWC;
            p.weightLayout = WeightLayout::kFRAGMENTS;
            p.sigmoidMask = variant != 1;
            p.relu = variant == 0;
            p.offsetConvolution = true;
            Dcnv2Plan const plan{KernelPath::kFUSED, tile, 1, variant == 2 ? 0 : 4 << variant, false};
            LayerCase const layer = randomFusedCase(p, variant == 2 ? 8.F : 1.5F, 5U + static_cast<uint32_t>(tile));
            if (planIsSupported(p, plan))
            {
                Reference const reference = referenceOfCase(layer);
                Dcnv2Plan packed = plan;
                packed.packedInterpolation = true;
                runCase(layer, reference, plan, "fused");
                runCase(layer, reference, packed, "fused packed");
            }
        }
    }
}

void testResident()
{
    for (int32_t tile = 0; tile < kRESIDENT_TILE_COUNT; ++tile)
    {
        ResidentTileTraits const traits = traitsOfResidentTile(tile);
        for (int32_t variant = 0; variant < 3; ++variant)
        {
            Dcnv2Params p;
            p.batch = 1 + variant;
            p.inChannels = traits.stepChannels * (traits.stepChannels == 64 && traits.channels == 32 ? 1 + variant % 2 : 1);
            p.outChannels = traits.channels - (variant == 1 ? 5 : 0);
            p.inHeight = 23;
            p.inWidth = 41;
            p.strideWidth = p.dilationHeight = 1 + variant % 2;
            p.type = ElementType::kHALF;
            p.layout = ActivationLayout::kNHWC;
            p.weightLayout = WeightLayout::kFRAGMENTS;
            p.sigmoidMask = variant != 1;
            p.relu = variant == 0;
            p.offsetConvolution = true;
            Dcnv2Plan plan{KernelPath::kRESIDENT, tile, 1, 4 << variant, false, variant * 5};
            LayerCase const layer = randomFusedCase(p, variant == 2 ? 8.F : 1.5F, 5U + static_cast<uint32_t>(tile));
            if (planIsSupported(p, plan))
            {
                Reference const reference = referenceOfCase(layer);
                runCase(layer, reference, plan, "resident");
                plan.packedInterpolation = true;
                runCase(layer, reference, plan, "resident packed");
            }
        }
    }
}

void testFairmotFused()
{
    for (FairmotLayer const& shape : fairmotLayers())
    {
        Dcnv2Params const p = fusedParamsOfFairmotLayer(shape, 1);
        if (suitsFusion(p))
        {
            LayerCase const layer = randomFusedCase(p, 1.5F, 7);
            runCase(layer, referenceOfCase(layer), planFromParams(p), "fairmot fused");
        }
    }
}

void testRandom(int32_t count, int64_t budget)
{
    std::mt19937 random(gOptions.seed);
    for (int32_t i = 0; i < count; ++i)
    {
        Dcnv2Params const p = randomParams(random, budget, 8);
        OffsetKind const kind = static_cast<OffsetKind>(random() % static_cast<uint32_t>(OffsetKind::kCOUNT));
        LayerCase const layer = randomCase(p, kind, random() % 4 != 0, random());
        Reference const reference = referenceOfCase(layer);
        runCase(layer, reference, planFromParams(p), "random");
        Dcnv2Plan const simt{
            KernelPath::kSIMT, 0, 1 + static_cast<int32_t>(random() % 4), random() % 2 == 0 ? 8 : 0, false};
        if (planIsSupported(p, simt))
        {
            runCase(layer, reference, simt, "random simt");
        }
    }
}

void testFairmot()
{
    for (FairmotLayer const& shape : fairmotLayers())
    {
        for (ElementType const type : {ElementType::kHALF, ElementType::kFLOAT})
        {
            Dcnv2Params const p = paramsOfFairmotLayer(shape, type, 1);
            LayerCase const layer = randomCase(p, OffsetKind::kSMALL, true, 7);
            runCase(layer, referenceOfCase(layer), planFromParams(p), "fairmot");
        }
    }
}

// A captured call, replayed over poisoned outputs.
void testGraph()
{
    for (ElementType const type : {ElementType::kHALF, ElementType::kFLOAT})
    {
        FairmotLayer const shape{256, 128, 19, 34, 1};
        Dcnv2Params p = paramsOfFairmotLayer(shape, type, 2);
        p.weightLayout = WeightLayout::kOIHW;
        p.layout = ActivationLayout::kNCHW;
        LayerCase const layer = randomCase(p, OffsetKind::kLARGE, true, 11);
        Reference const reference = referenceOfCase(layer);
        DeviceLayer device(layer);
        cudaGraph_t graph = nullptr;
        cudaGraphExec_t executable = nullptr;
        checkCuda(dcnv2Forward(p, device.tensors(), gStream), "dcnv2Forward"); // loads the kernels
        checkCuda(cudaStreamSynchronize(gStream), "the kernel");
        checkCuda(cudaStreamBeginCapture(gStream, cudaStreamCaptureModeGlobal), "begin capture");
        checkCuda(dcnv2Forward(p, device.tensors(), gStream), "captured call");
        checkCuda(cudaStreamEndCapture(gStream, &graph), "end capture");
        checkCuda(cudaGraphInstantiate(&executable, graph, 0), "instantiate");
        for (int32_t replay = 0; replay < 3; ++replay)
        {
            device.poison(gStream);
            checkCuda(cudaGraphLaunch(executable, gStream), "replay");
            checkCuda(cudaStreamSynchronize(gStream), "replay");
            bool guards = false;
            Comparison const c = compareOutput(layer, reference, device.output(guards));
            report(c.passed && guards, "graph", layer, planFromParams(p), c, guards);
        }
        checkCuda(cudaGraphExecDestroy(executable), "destroy");
        checkCuda(cudaGraphDestroy(graph), "destroy");
    }
}

void testMemory()
{
    Dcnv2Params const p = paramsOfFairmotLayer(fairmotLayers().front(), ElementType::kHALF, 1);
    LayerCase const layer = randomCase(p, OffsetKind::kSMALL, true, 3);
    DeviceLayer device(layer);
    size_t before = 0;
    size_t after = 0;
    size_t total = 0;
    for (int32_t i = 0; i < 10100; ++i)
    {
        if (i == 100)
        {
            checkCuda(cudaStreamSynchronize(gStream), "runs");
            checkCuda(cudaMemGetInfo(&before, &total), "memory");
        }
        checkCuda(dcnv2Forward(p, device.tensors(), gStream), "dcnv2Forward");
    }
    checkCuda(cudaStreamSynchronize(gStream), "runs");
    checkCuda(cudaMemGetInfo(&after, &total), "memory");
    bool const flat = after == before;
    gTally.failures += flat ? 0 : 1;
    std::printf("%s device memory after 10,000 runs: %lld bytes less free\n", flat ? "ok  " : "FAIL",
        static_cast<long long>(before) - static_cast<long long>(after));
}

void readOptions(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i)
    {
        bool const more = i + 1 < argc;
        if (std::strcmp(argv[i], "--reduced") == 0)
        {
            gOptions.reduced = true;
        }
        else if (std::strcmp(argv[i], "--once") == 0)
        {
            gOptions.once = true;
        }
        else if (std::strcmp(argv[i], "--verbose") == 0)
        {
            gOptions.verbose = true;
        }
        else if (std::strcmp(argv[i], "--count") == 0 && more)
        {
            gOptions.count = std::atoi(argv[++i]);
        }
        else if (std::strcmp(argv[i], "--seed") == 0 && more)
        {
            gOptions.seed = static_cast<uint32_t>(std::atoi(argv[++i]));
        }
        else
        {
            std::printf("usage: dcnv2_test [--reduced | --once] [--count N] [--seed N] [--verbose]\n");
            std::exit(2);
        }
    }
}

// Sums up; the exit code.
int finished()
{
    static char const* const kTYPES[] = {"fp32", "fp16", "bf16"};
    for (int32_t type = 0; type < 3; ++type)
    {
        std::printf("%s: largest relative error %.2e, of one output against its terms %.2e\n", kTYPES[type],
            gTally.relative[type], gTally.worst[type]);
    }
    std::printf("%s: %d runs, %d failures\n", gTally.failures == 0 ? "PASS" : "FAIL", gTally.runs, gTally.failures);
    checkCuda(cudaStreamDestroy(gStream), "stream");
    return gTally.failures == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    readOptions(argc, argv);
    requireGpu();
    checkCuda(cudaStreamCreateWithFlags(&gStream, cudaStreamNonBlocking), "stream");
    if (gOptions.once)
    {
        for (OnceCase const& once : onceCases())
        {
            runCase(once.layer, referenceOfCase(once.layer), once.plan, "once");
        }
        return finished();
    }
    testTiles();
    testFused();
    testResident();
    testRandom(gOptions.reduced ? 12 : gOptions.count, gOptions.reduced ? 300'000 : 30'000'000);
    if (!gOptions.reduced)
    {
        testGraph();
        testFairmot();
        testFairmotFused();
        testMemory();
    }
    return finished();
}
