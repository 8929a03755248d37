// dcnv2_host_test: the kernels, emulated on the CPU, against the definition. Needs no GPU.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "dcnv2/kernel/fusedTile.h"
#include "dcnv2/kernel/residentTile.h"
#include "dcnv2/kernel/params.h"
#include "dcnv2/kernel/pixelMap.h"
#include "dcnv2/kernel/plan.h"
#include "dcnv2/kernel/tensorCoreTile.h"
#include "reference.h"
#include "testing/emulator.h"
#include "testing/guard.h"

using namespace trtfairmot;

namespace
{

DeviceTraits const kDEVICE{132, 90, 227 * 1024, 228 * 1024, true};
int32_t gFailures = 0;

void expect(bool condition, char const* what)
{
    if (!condition)
    {
        ++gFailures;
        std::printf("FAIL %s\n", what);
    }
}

bool runCase(LayerCase const& layer, Dcnv2Plan const& plan, char const* name)
{
    LayerBytes const bytes = bytesOfCase(layer);
    std::vector<uint8_t> workspace = guarded<uint8_t>(dcnv2WorkspaceSize(layer.params));
    std::vector<uint8_t> output = guarded<uint8_t>(bytes.outputBytes);
    void const* const mask = bytes.mask.empty() ? nullptr : bytes.mask.data();
    void const* const bias = bytes.bias.empty() ? nullptr : bytes.bias.data();
    Dcnv2Tensors const tensors{bytes.input.data(), bytes.offset.data(), mask, bytes.weight.data(), bias, output.data(),
        workspace.data(), bytes.offsetWeight.data(), bytes.offsetBias.data()};
    forbidReads();
    allowReads(bytes.input.data(), bytes.input.size());
    allowReads(bytes.weight.data(), bytes.weight.size());
    allowReads(workspace.data(), dcnv2WorkspaceSize(layer.params));
    allowReads(bytes.offsetWeight.data(), bytes.offsetWeight.size());
    cudaError_t const status = dcnv2Forward(layer.params, plan, tensors, nullptr);
    bool const intact = cutGuard(output) && cutGuard(workspace);
    Comparison const c = compareOutput(layer, referenceOfCase(layer), output, roundingsOf(plan));
    bool const passed = status == cudaSuccess && intact && c.passed;
    std::printf("%s %-12s tile %d splits %2d width %2d error %.1e worst %.1e%s%s%s  %s, offsets %d\n",
        passed ? "ok  " : "FAIL", name, plan.path != KernelPath::kSIMT ? plan.tile : -1, plan.splits,
        plan.tileWidth, c.relativeError, c.worstError, c.finite ? "" : " NOT FINITE", c.padded ? "" : " PADDING",
        intact ? "" : " GUARD", describe(layer.params).c_str(), static_cast<int32_t>(layer.offsetKind));
    gFailures += passed ? 0 : 1;
    return passed;
}

// Every tile of the tensor-core kernel, with rectangles and rows, whole and split sums.
void testTiles()
{
    for (int32_t tile = 0; tile < kTILE_COUNT; ++tile)
    {
        for (int32_t variant = 0; variant < 4; ++variant)
        {
            Dcnv2Params p;
            p.batch = 1 + variant % 2;
            p.inChannels = variant == 1 ? 24 : 32;
            p.outChannels = traitsOfTile(tile).channels / (variant == 2 ? 2 : 1) + (variant == 3 ? 3 : 8);
            p.inHeight = 7;
            p.inWidth = 11;
            p.type = variant == 3 ? ElementType::kBFLOAT16 : ElementType::kHALF;
            p.layout = variant == 2 ? ActivationLayout::kNCHW : ActivationLayout::kNHWC;
            p.offsetLayout = variant == 0 ? ActivationLayout::kNCHW : ActivationLayout::kNHWC;
            p.weightLayout = variant == 1 ? WeightLayout::kOIHW : WeightLayout::kOHWI;
            p.offsetMaskFused = variant != 0;
            p.sigmoidMask = variant != 0;
            p.relu = variant % 2 == 1;
            Dcnv2Plan plan{KernelPath::kTENSOR_CORE, tile, 1 + variant, variant % 2 == 0 ? 8 : 0, false};
            setThreadOrder(static_cast<uint32_t>(variant));
            LayerCase const layer =
                randomCase(p, static_cast<OffsetKind>(1 + variant), variant != 2, 77U + static_cast<uint32_t>(tile));
            runCase(layer, plan, "tile");
            if (variant == 2)
            {
                plan.packedInterpolation = true;
                runCase(layer, plan, "packed");
            }
        }
    }
}

Dcnv2Params offsetVariant(int32_t inChannels, int32_t outChannels, int32_t width, int32_t variant)
{
    Dcnv2Params p = offsetLayer(inChannels, outChannels - (variant == 1 ? 5 : 0), 9, width);
    p.batch = 1 + variant;
    p.sigmoidMask = p.relu = variant == 0;
    return p;
}

// Every tile of the kernel with its own offset convolution; small, large and no offsets.
void testFused()
{
    for (int32_t tile = 0; tile < kFUSED_TILE_COUNT; ++tile)
    {
        FusedTileTraits const traits = traitsOfFusedTile(tile);
        for (int32_t variant = 0; variant < 2; ++variant)
        {
            int32_t const inChannels = traits.stepChannels == 32 ? 96 : 64 * (1 + (tile + variant) % 2);
            Dcnv2Params p = offsetVariant(inChannels, traits.channels, 11, variant);
            p.strideWidth = p.dilationHeight = 1 + (tile % 3 == 2 ? variant : 0);
            setThreadOrder(static_cast<uint32_t>(tile + variant));
            Dcnv2Plan const plan{KernelPath::kFUSED, tile, 1, variant == 0 ? 8 : 0, (tile + variant) % 2 == 0};
            expect(planIsSupported(p, plan, kDEVICE), "fused plan");
            runCase(randomFusedCase(p, variant == 0 ? 1.5F : 8.F, 5U + static_cast<uint32_t>(tile)), plan, "fused");
        }
    }
}

void testResident()
{
    for (int32_t tile = 0; tile < kRESIDENT_TILE_COUNT; ++tile)
    {
        ResidentTileTraits const traits = traitsOfResidentTile(tile);
        for (int32_t variant = 0; variant < 2; ++variant)
        {
            bool const twoSteps = traits.stepChannels == 64 && traits.channels == 32 && variant == 1;
            Dcnv2Params const p =
                offsetVariant(traits.stepChannels * (twoSteps ? 2 : 1), traits.channels, 27, variant);
            setThreadOrder(static_cast<uint32_t>(tile + variant));
            Dcnv2Plan const plan{KernelPath::kRESIDENT, tile, 1, variant == 0 ? 8 : 16, (tile + variant) % 2 == 0,
                variant == 0 ? 2 : 0};
            expect(planIsSupported(p, plan, kDEVICE), "resident plan");
            runCase(randomFusedCase(p, variant == 0 ? 1.5F : 8.F, 5U + static_cast<uint32_t>(tile)), plan, "resident");
        }
    }
}

void testRandom(int32_t count)
{
    std::mt19937 random(20240607);
    for (int32_t i = 0; i < count; ++i)
    {
        Dcnv2Params const p = randomParams(random, 400'000, 3);
        OffsetKind const kind = static_cast<OffsetKind>(random() % static_cast<uint32_t>(OffsetKind::kCOUNT));
        Dcnv2Plan const plan = planFromParams(p, kDEVICE);
        setThreadOrder(random() % 3);
        LayerCase const layer = randomCase(p, kind, random() % 4 != 0, random());
        runCase(layer, plan, "random");
        Dcnv2Plan const simt{
            KernelPath::kSIMT, 0, std::min(3, p.inChannels / p.groups), random() % 2 == 0 ? 8 : 0, false};
        if (i % 4 == 0 && planIsSupported(p, simt, kDEVICE))
        {
            runCase(layer, simt, "split simt");
        }
    }
}

// Every output pixel belongs to exactly one row of one tile.
void testPixelMap()
{
    for (PixelMap const map : {PixelMap{3, 19, 34, 64, 0}, PixelMap{2, 19, 34, 64, 8}, PixelMap{1, 152, 272, 128, 16},
             PixelMap{5, 1, 3, 32, 8}, PixelMap{2, 9, 8, 32, 0}})
    {
        std::vector<int32_t> seen(map.batch * map.height * map.width, 0);
        for (int32_t tile = 0; tile < tileCount(map); ++tile)
        {
            for (int32_t row = 0; row < map.tilePixels; ++row)
            {
                OutputPixel const pixel = pixelOfRow(map, tile, row);
                if (pixel.image >= 0)
                {
                    ++seen[(pixel.image * map.height + pixel.y) * map.width + pixel.x];
                }
            }
        }
        expect(std::all_of(seen.begin(), seen.end(), [](int32_t n) { return n == 1; }), "pixel map");
    }
}

// The eight rows that ldmatrix reads at once must lie in different banks, and so must eight stores of a pixel.
void testSwizzle()
{
    for (int32_t chunk = 0; chunk < kSLICE_VECTORS; ++chunk)
    {
        uint32_t banksOfRows = 0;
        uint32_t banksOfChunks = 0;
        for (int32_t i = 0; i < 8; ++i)
        {
            banksOfRows |= 1U << (swizzledByte(16 + i, chunk) / 16 % 8);
            banksOfChunks |= 1U << (swizzledByte(chunk, i) / 16 % 8);
        }
        expect(banksOfRows == 0xFFU && banksOfChunks == 0xFFU, "swizzle");
    }
}

void testPlans()
{
    int32_t const shapes[][4] = {{512, 256, 19, 34}, {256, 256, 38, 68}, {256, 128, 38, 68}, {128, 128, 76, 136},
        {128, 64, 76, 136}, {64, 64, 152, 272}, {256, 64, 38, 68}};
    for (auto const& shape : shapes)
    {
        Dcnv2Params p;
        p.inChannels = shape[0];
        p.outChannels = shape[1];
        p.inHeight = shape[2];
        p.inWidth = shape[3];
        p.type = ElementType::kHALF;
        p.layout = p.offsetLayout = ActivationLayout::kNHWC;
        p.weightLayout = WeightLayout::kOHWI;
        Dcnv2Plan const plan = planFromParams(p, kDEVICE);
        expect(plan.path == KernelPath::kTENSOR_CORE && planIsSupported(p, plan, kDEVICE), "plan");
        std::printf("plan %d->%d %dx%d: tile %d (%d x %d) splits %d width %d, workspace %.1f MiB\n", p.inChannels,
            p.outChannels, p.inHeight, p.inWidth, plan.tile, traitsOfTile(plan.tile).pixels,
            traitsOfTile(plan.tile).channels, plan.splits, plan.tileWidth,
            static_cast<double>(dcnv2WorkspaceSize(p)) / (1 << 20));
        p.weightLayout = WeightLayout::kFRAGMENTS;
        if (suitsFusion(p))
        {
            p.offsetConvolution = true;
            Dcnv2Plan const fused = planFromParams(p, kDEVICE);
            bool const resident = fused.path == KernelPath::kRESIDENT;
            expect((resident || fused.path == KernelPath::kFUSED) && planIsSupported(p, fused, kDEVICE), "plan with offsets");
            std::printf("  with its offsets: %s tile %d\n", resident ? "resident" : "fused", fused.tile);
            p.offsetConvolution = false;
        }
        p.weightLayout = WeightLayout::kOHWI;
        Dcnv2Params smaller = p;
        smaller.inHeight = (p.inHeight + 1) / 2;
        expect(dcnv2WorkspaceSize(smaller) <= dcnv2WorkspaceSize(p), "workspace of a smaller shape");
    }
}

} // namespace

int main(int argc, char** argv)
{
    testPixelMap();
    testSwizzle();
    testPlans();
    testTiles();
    testFused();
    testResident();
    testRandom(argc > 1 ? std::atoi(argv[1]) : 80);
    std::printf("%s: %d failures\n", gFailures == 0 ? "PASS" : "FAIL", gFailures);
    return gFailures == 0 ? 0 : 1;
}
