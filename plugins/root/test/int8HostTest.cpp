// root_int8_host_test: every tile of the root's kernel on int8 maps, emulated on the CPU, against exact sums. Needs no
// GPU.
// usage: root_int8_host_test [number of random cases]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "int8Case.h"
#include "root/kernel/rootTile.h"
#include "testing/emulator.h"
#include "testing/guard.h"

using namespace trtfairmot;

namespace
{

int32_t gFailures = 0;

void allow(std::vector<uint8_t> const& bytes)
{
    allowReads(bytes.data(), bytes.size());
}

RootTensors readable(RootBytes const& bytes)
{
    RootTensors tensors;
    forbidReads();
    for (size_t i = 0; i < bytes.maps.size(); ++i)
    {
        tensors.maps[i] = bytes.maps[i].data();
        allow(bytes.maps[i]);
    }
    allow(bytes.weights);
    allow(bytes.bias);
    allow(bytes.factors);
    allow(bytes.outputScale);
    tensors.weights = bytes.weights.data();
    tensors.bias = reinterpret_cast<float const*>(bytes.bias.data());
    tensors.factors = reinterpret_cast<float const*>(bytes.factors.data());
    tensors.outputScale = reinterpret_cast<float const*>(bytes.outputScale.data());
    return tensors;
}

void runCase(RootParams const& params, int32_t gives, int32_t tile, uint32_t seed)
{
    Int8Root const layer = randomInt8Root(params, gives, seed);
    RootBytes const bytes = bytesOfInt8Root(layer);
    std::vector<uint8_t> half = guarded<uint8_t>(bytes.outputBytes);
    std::vector<uint8_t> quantized = guarded<uint8_t>(bytes.quantizedBytes);
    RootTensors tensors = readable(bytes);
    tensors.output = gives & kGIVES_HALF ? half.data() : nullptr;
    tensors.quantized = gives & kGIVES_INT8 ? quantized.data() : nullptr;
    cudaError_t const status = rootForward(params, tile, tensors, nullptr);
    bool const intact = cutGuard(half) && cutGuard(quantized);
    Int8Errors const errors = errorsOfInt8(layer, half, quantized, 1);
    bool const passed = status == cudaSuccess && intact && errors.passed();
    gFailures += passed ? 0 : 1;
    std::printf("%s worst %.3f of what rounding allows, %lld wrong int8%s  tile %d, gives %d  %s\n",
        passed ? "ok  " : "FAIL", errors.half, static_cast<long long>(errors.wrong), intact ? "" : " GUARD", tile,
        gives, describe(params).c_str());
}

// Whole tiles and parts of them, 2 to 4 maps, fewer and more slices than a ring has, maps that share a slice.
void testTiles()
{
    for (int32_t tile = 0; tile < kROOT_TILE_COUNT; ++tile)
    {
        setThreadOrder(tile % 3);
        runCase(int8Params(1, 8, 16, {64, 64}, 128), kGIVES_INT8 | kGIVES_HALF, tile, 3U);
        runCase(int8Params(2, 7, 11, {128, 128, 64}, 96), kGIVES_INT8 | kGIVES_HALF, tile, 4U);
        runCase(int8Params(3, 3, 5, {32, 64, 160, 32}, 32), kGIVES_INT8, tile, 5U);
        runCase(int8Params(1, 1, 1, {32, 32}, 32), kGIVES_HALF, tile, 6U);
        runCase(int8Params(1, 5, 9, {256, 256, 128, 256}, 64), kGIVES_HALF, tile, 7U);
    }
}

void testRandom(int32_t count)
{
    std::mt19937 random(20240607);
    for (int32_t i = 0; i < count; ++i)
    {
        auto const upTo = [&](int32_t last)
        { return 1 + static_cast<int32_t>(random() % static_cast<uint32_t>(last)); };
        std::vector<int32_t> channels(1 + upTo(3));
        std::generate(channels.begin(), channels.end(), [&] { return 32 * upTo(6); });
        setThreadOrder(random() % 3);
        RootParams const params = int8Params(upTo(3), upTo(8), upTo(9), channels, 32 * upTo(5));
        runCase(params, upTo(3), upTo(kROOT_TILE_COUNT) - 1, random());
    }
}

void expect(bool condition, char const* what, RootParams const& params)
{
    gFailures += condition ? 0 : 1;
    std::printf("%s %s %s\n", condition ? "ok  " : "FAIL", what, describe(params).c_str());
}

void testChoice()
{
    for (int32_t const batch : {1, 8})
    {
        for (auto const& roots : {fairmotRoots(batch), halfFairmotRoots(batch)})
        {
            for (RootParams const& params : inInt8(roots))
            {
                int32_t const tile = rootTileFromParams(params);
                bool const fits = problemFromParams(params) == nullptr && tile >= 0 && tile < kROOT_TILE_COUNT;
                expect(fits, ("tile " + std::to_string(tile) + " for").c_str(), params);
            }
        }
    }
}

void testRefusals()
{
    for (RootParams const& params : {int8Params(0, 4, 4, {32, 32}, 32), int8Params(1, 4, 4, {32}, 32),
             int8Params(1, 4, 4, {32, 16}, 32), int8Params(1, 4, 4, {32, 32}, 48),
             int8Params(70000, 1, 1, {32, 32}, 32)})
    {
        bool const refused = problemFromParams(params) != nullptr
            && rootForward(params, 0, RootTensors{}, nullptr) == cudaErrorInvalidValue;
        expect(refused, "refusal of", params);
    }
}

} // namespace

int main(int argc, char** argv)
{
    testRefusals();
    testChoice();
    testTiles();
    testRandom(argc > 1 ? std::atoi(argv[1]) : 40);
    std::printf("%s: %d failures\n", gFailures == 0 ? "PASS" : "FAIL", gFailures);
    return gFailures == 0 ? 0 : 1;
}
