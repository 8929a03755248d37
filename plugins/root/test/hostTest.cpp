// root_host_test: every tile of the root's kernel, emulated on the CPU, against the definition. Needs no GPU.
// usage: root_host_test [number of random cases]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

#include "root/kernel/rootTile.h"
#include "rootCase.h"
#include "testing/emulator.h"
#include "testing/guard.h"

using namespace trtfairmot;

namespace
{

int32_t gFailures = 0;

cudaError_t runOnEmulator(RootCase const& layer, RootBytes const& bytes, int32_t tile, std::vector<uint8_t>& output)
{
    RootTensors tensors;
    forbidReads();
    for (size_t i = 0; i < bytes.maps.size(); ++i)
    {
        tensors.maps[i] = bytes.maps[i].data();
        allowReads(bytes.maps[i].data(), bytes.maps[i].size());
    }
    allowReads(bytes.weights.data(), bytes.weights.size());
    allowReads(bytes.bias.data(), bytes.bias.size());
    tensors.weights = bytes.weights.data();
    tensors.bias = reinterpret_cast<float const*>(bytes.bias.data());
    tensors.output = output.data();
    return rootForward(layer.params, tile, tensors, nullptr);
}

void runCase(RootParams const& params, int32_t tile, uint32_t seed)
{
    RootCase const layer = randomRoot(params, seed);
    RootBytes const bytes = bytesOfRoot(layer);
    std::vector<uint8_t> output = guarded<uint8_t>(bytes.outputBytes);
    cudaError_t const status = runOnEmulator(layer, bytes, tile, output);
    bool const intact = cutGuard(output);
    double const worst = worstError(layer, output, 1);
    bool const passed = status == cudaSuccess && intact && worst <= 1.0;
    gFailures += passed ? 0 : 1;
    std::printf("%s worst %.3f of what rounding allows%s  tile %d  %s\n", passed ? "ok  " : "FAIL", worst,
        intact ? "" : " GUARD", tile, describe(params).c_str());
}

// Whole tiles and parts of them, 2 to 4 maps, fewer and more slices than a ring has, maps that share a slice.
void testTiles()
{
    for (int32_t tile = 0; tile < kROOT_TILE_COUNT; ++tile)
    {
        setThreadOrder(tile % 3);
        runCase(rootParams(1, 8, 16, {64, 64}, 128), tile, 3U);
        runCase(rootParams(2, 7, 11, {128, 128, 64}, 72), tile, 4U);
        runCase(rootParams(1, 3, 5, {24, 8, 104, 16}, 24), tile, 5U);
        runCase(rootParams(1, 1, 1, {8, 8}, 8), tile, 6U);
        runCase(rootParams(1, 5, 9, {128, 128, 128, 64}, 64), tile, 7U);
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
        std::generate(channels.begin(), channels.end(), [&] { return 8 * upTo(14); });
        setThreadOrder(random() % 3);
        RootParams const params = rootParams(upTo(3), upTo(8), upTo(9), channels, 8 * upTo(18));
        runCase(params, upTo(kROOT_TILE_COUNT) - 1, random());
    }
}

// ReLU lets NaN through, as torch's does.
void testNan()
{
    RootCase layer = randomRoot(rootParams(1, 2, 3, {8, 16}, 8), 1U);
    layer.maps[1][16 * 4] = std::numeric_limits<float>::quiet_NaN();
    RootBytes const bytes = bytesOfRoot(layer);
    std::vector<uint8_t> output(bytes.outputBytes);
    bool right = runOnEmulator(layer, bytes, 0, output) == cudaSuccess;
    for (size_t i = 0; i < output.size() / 2; ++i)
    {
        uint16_t bits;
        std::memcpy(&bits, &output[i * 2], 2);
        right = right && ((bits & 0x7FFF) > 0x7C00) == (i / 8 == 4);
    }
    gFailures += right ? 0 : 1;
    std::printf("%s NaN in one pixel stays there\n", right ? "ok  " : "FAIL");
}

void testChoice()
{
    for (int32_t const batch : {1, 8})
    {
        for (auto const& roots : {fairmotRoots(batch), halfFairmotRoots(batch)})
        {
            for (RootParams const& params : roots)
            {
                int32_t const tile = rootTileFromParams(params);
                bool const fits = problemFromParams(params) == nullptr && tile >= 0 && tile < kROOT_TILE_COUNT;
                gFailures += fits ? 0 : 1;
                std::printf("%s tile %d for %s\n", fits ? "ok  " : "FAIL", tile, describe(params).c_str());
            }
        }
    }
}

void testRefusals()
{
    for (RootParams const& params : {rootParams(0, 4, 4, {8, 8}, 8), rootParams(1, 4, 4, {8}, 8),
             rootParams(1, 4, 4, {8, 8, 8, 8, 8}, 8), rootParams(1, 4, 4, {8, 12}, 8), rootParams(1, 4, 4, {8, 8}, 12),
             rootParams(1, 0, 4, {8, 8}, 8), rootParams(8, 4000, 4000, {64, 64}, 64)})
    {
        bool const refused = problemFromParams(params) != nullptr
            && rootForward(params, 0, RootTensors{}, nullptr) == cudaErrorInvalidValue;
        gFailures += refused ? 0 : 1;
        std::printf("%s refusal of %s\n", refused ? "ok  " : "FAIL", describe(params).c_str());
    }
    RootParams const good = rootParams(1, 4, 4, {8, 8}, 8);
    bool const refused = rootForward(good, kROOT_TILE_COUNT, RootTensors{}, nullptr) == cudaErrorInvalidValue;
    gFailures += refused ? 0 : 1;
    std::printf("%s refusal of a tile that is not\n", refused ? "ok  " : "FAIL");
}

} // namespace

int main(int argc, char** argv)
{
    testRefusals();
    testChoice();
    testNan();
    testTiles();
    testRandom(argc > 1 ? std::atoi(argv[1]) : 40);
    std::printf("%s: %d failures\n", gFailures == 0 ? "PASS" : "FAIL", gFailures);
    return gFailures == 0 ? 0 : 1;
}
