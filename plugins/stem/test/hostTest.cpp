// stem_host_test: the stem's kernel, emulated on the CPU, against the definition. Needs no GPU.
// usage: stem_host_test [number of random cases]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "stem/kernel/stemTile.h"
#include "stem/kernel/stemWeights.h"
#include "stemCase.h"
#include "testing/emulator.h"
#include "testing/guard.h"

using namespace trtfairmot;

namespace
{

int32_t gFailures = 0;

void expect(bool condition, char const* what)
{
    if (!condition)
    {
        ++gFailures;
        std::printf("FAIL %s\n", what);
    }
}

void runCase(StemParams const& params, int32_t tile, uint32_t seed)
{
    StemCase const stem = randomStem(params, seed);
    StemBytes const bytes = bytesOfStem(stem);
    std::vector<uint8_t> output = guarded<uint8_t>(bytes.outputBytes);
    forbidReads();
    allowReads(bytes.input.data(), bytes.input.size());
    allowReads(bytes.weights.data(), bytes.weights.size());
    allowReads(bytes.bias.data(), bytes.bias.size());
    StemTensors const tensors{
        bytes.input.data(), bytes.weights.data(), reinterpret_cast<float const*>(bytes.bias.data()), output.data()};
    cudaError_t const status = stemForward(params, tensors, nullptr, tile);
    bool const intact = cutGuard(output);
    Comparison const c = compareStem(stem, output, 1);
    bool const passed = status == cudaSuccess && intact && c.passed;
    gFailures += passed ? 0 : 1;
    std::printf("%s tile %d worst %.2f of what rounding allows, %.0f%% active%s  %s\n", passed ? "ok  " : "FAIL", tile,
        c.worst, 100.0 * c.active, intact ? "" : " GUARD", describe(params).c_str());
}

// Each weight of each layer has exactly one place. The sum over all places is what trt-builder's packing gives, too
// (its test/passes/fuse-stem.test.ts), with weights numbered from 1 on, layer by layer.
void testPacking()
{
    int32_t const kernels[] = {7, 3, 3};
    int32_t const inChannels[] = {3, 16, 16};
    int32_t const outChannels[] = {16, 16, 32};
    int64_t sum = 0;
    int32_t firstNumber = 1;
    for (int32_t layer = 0; layer < 3; ++layer)
    {
        int32_t const kernel = kernels[layer];
        std::vector<int32_t> seen(outChannels[layer] * inChannels[layer] * kernel * kernel, 0);
        for (int32_t i = 0; i < kSTEM_WEIGHTS; ++i)
        {
            StemWeight const w = stemWeightOfIndex(i);
            if (static_cast<int32_t>(w.layer) == layer && w.inChannel < inChannels[layer] && w.row < kernel
                && w.column < kernel)
            {
                int32_t const number =
                    ((w.outChannel * inChannels[layer] + w.inChannel) * kernel + w.row) * kernel + w.column;
                ++seen.at(number);
                sum = (sum + int64_t{i + 1} * (firstNumber + number)) % 1'000'000'007;
            }
        }
        expect(std::all_of(seen.begin(), seen.end(), [](int32_t n) { return n == 1; }), "packing");
        firstNumber += static_cast<int32_t>(seen.size());
    }
    expect(sum == 125'051'424, "packing as trt-builder packs");
}

// What ldmatrix reads at once, and what eight lanes store at once, must lie in different banks.
void testBanks()
{
    for (int32_t first = 0; first < 24; ++first)
    {
        uint32_t neighbours = 0;
        uint32_t stored = 0;
        uint32_t strided = 0;
        uint32_t staged = 0;
        for (int32_t i = 0; i < 8; ++i)
        {
            neighbours |= 1U << (mapByte(first + i, 0) / 16 % 8);
            stored |= 1U << (mapByte(level0Place(first / 8 * 8 + i), 1) / 16 % 8);
            strided |= 1U << (mapByte(level0Place(std::min(first, 14) + 2 * i), 0) / 16 % 8);
            staged |= 1U << (stagedByte(first / 8 * 8 + i, 3) / 16 % 8);
        }
        expect(neighbours == 0xFFU && stored == 0xFFU && strided == 0xFFU && staged == 0xFFU, "banks");
    }
}

void testTiles()
{
    for (int32_t tile = 0; tile < kSTEM_TILE_COUNT; ++tile)
    {
        setThreadOrder(static_cast<uint32_t>(tile));
        runCase(StemParams{1, 36, 60, 16, 16, 32, tile % 2 == 1, true}, tile, 11U + static_cast<uint32_t>(tile));
        runCase(StemParams{2, 19, 31, 8, 8, 16, tile % 2 == 0, true}, tile, 31U + static_cast<uint32_t>(tile));
    }
}

void testRandom(int32_t count)
{
    std::mt19937 random(20240607);
    for (int32_t i = 0; i < count; ++i)
    {
        auto const upTo = [&](int32_t last)
        { return 1 + static_cast<int32_t>(random() % static_cast<uint32_t>(last)); };
        StemParams const params{upTo(2), upTo(40), upTo(64), upTo(kSTEM_MAX_BASE), upTo(kSTEM_MAX_LEVEL0),
            upTo(kSTEM_MAX_LEVEL1), random() % 2 == 0, random() % 3 != 0};
        setThreadOrder(random() % 3);
        runCase(params, i % 2 == 0 ? kSTEM_DEFAULT_TILE : static_cast<int32_t>(random() % kSTEM_TILE_COUNT), random());
    }
}

void testRefusals()
{
    StemTensors const none{nullptr, nullptr, nullptr, nullptr};
    for (StemParams const& params : {StemParams{0, 8, 8}, StemParams{1, 0, 8}, StemParams{1, 8, 8, 17},
             StemParams{1, 8, 8, 16, 17}, StemParams{1, 8, 8, 16, 16, 33}, StemParams{1, 32767, 32767}})
    {
        expect(stemForward(params, none, nullptr) == cudaErrorInvalidValue, "a refusal");
    }
    expect(stemForward(StemParams{1, 8, 8}, none, nullptr, kSTEM_TILE_COUNT) == cudaErrorInvalidValue, "a tile");
}

} // namespace

int main(int argc, char** argv)
{
    testPacking();
    testBanks();
    testRefusals();
    testTiles();
    testRandom(argc > 1 ? std::atoi(argv[1]) : 30);
    std::printf("%s: %d failures\n", gFailures == 0 ? "PASS" : "FAIL", gFailures);
    return gFailures == 0 ? 0 : 1;
}
