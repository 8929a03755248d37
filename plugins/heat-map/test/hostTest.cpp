// heat_map_host_test: the kernel, emulated on the CPU, against the definition. Needs no GPU.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>

#include "heat-map/kernel/heatMapTile.h"
#include "heat-map/test/mapCase.h"
#include "testing/emulator.h"
#include "testing/guard.h"

using namespace trtfairmot;

namespace
{

int32_t gFailures = 0;

std::vector<float> logitsOf(MapCase const& c, int32_t tile)
{
    std::vector<uint8_t> const features = bytesOfHalves(c.features);
    std::vector<uint8_t> const weight = bytesOfHalves(c.firstWeight);
    size_t const count = static_cast<size_t>(c.params.batch) * c.params.height * c.params.width;
    std::vector<float> logits = guarded<float>(count);
    std::fill_n(logits.begin(), count, std::numeric_limits<float>::infinity());
    forbidReads();
    allowReads(features.data(), features.size());
    allowReads(weight.data(), weight.size());
    allowReads(c.firstBias.data(), c.firstBias.size() * 4);
    allowReads(c.secondWeight.data(), c.secondWeight.size() * 4);
    allowReads(&c.secondBias, 4);
    HeatMapTensors const tensors{features.data(), weight.data(), c.firstBias.data(), c.secondWeight.data(),
        &c.secondBias, logits.data()};
    bool const ran = heatMapForward(c.params, tile, tensors, nullptr) == cudaSuccess;
    bool const intact = cutGuard(logits);
    gFailures += ran && intact ? 0 : 1;
    std::printf("%s%s", ran ? "" : "FAIL did not run; ", intact ? "" : "FAIL GUARD; ");
    return logits;
}

void runCase(MapCase const& c, int32_t tile, char const* name)
{
    double const worst = worstError(referenceOfCase(c), logitsOf(c, tile));
    gFailures += worst <= 1.0 ? 0 : 1;
    std::printf("%s %s tile %d, worst %.2f of its bound; %s\n", worst <= 1.0 ? "ok  " : "FAIL", name, tile, worst,
        describe(c.params).c_str());
    std::fflush(stdout);
}

// Tiles of warpgroups, with one block in a cluster and with two; maps of several rounds, and of less than one.
void testGroups()
{
    for (int32_t tile = 0; tile < kHEAT_MAP_TILE_COUNT; ++tile)
    {
        int32_t const hidden = traitsOfHeatMapTile(tile).hidden;
        for (int32_t ranks = 1; ranks <= kMAP_RANKS && traitsOfHeatMapTile(tile).grouped; ++ranks)
        {
            setThreadOrder(static_cast<uint32_t>(tile + ranks));
            runCase(randomCase(HeatMapParams{2, 9, 61, 64, ranks * hidden}, 7U), tile, "rounds");
            runCase(randomCase(HeatMapParams{1, 3, 5, 16, ranks * hidden}, 8U), tile, "less than a round");
            runCase(randomCase(HeatMapParams{3, 5, 1, 40, ranks * hidden}, 9U), tile, "one column");
        }
    }
}

void testTiles()
{
    for (int32_t tile = 0; tile < kHEAT_MAP_TILE_COUNT; ++tile)
    {
        HeatMapParams p;
        p.batch = 1 + tile % 2;
        p.height = 9;
        p.width = tile % 3 == 0 ? 37 : 21;
        p.features = tile % 2 == 0 ? 64 : 24;
        p.hidden = tile % 4 == 3 ? 256 : traitsOfHeatMapTile(tile).hidden;
        setThreadOrder(static_cast<uint32_t>(tile));
        runCase(randomCase(p, static_cast<uint32_t>(tile)), tile, "tile");
    }
}

void testRandom(int32_t count)
{
    std::mt19937 random(3);
    for (int32_t i = 0; i < count; ++i)
    {
        HeatMapParams const p = randomParams(random());
        int32_t tile = static_cast<int32_t>(random() % kHEAT_MAP_TILE_COUNT);
        tile = heatMapTileSuits(p, tile) ? tile : kHEAT_MAP_TILE_COUNT - 1;
        setThreadOrder(random() % 3);
        runCase(randomCase(p, random()), tile, "random");
    }
}

// NaN reaches the nine pixels around it and no other.
void testNan(int32_t tile)
{
    HeatMapParams p;
    p.height = 7;
    p.width = 20;
    p.features = 32;
    p.hidden = 128;
    MapCase c = randomCase(p, 1U);
    c.features[(static_cast<size_t>(3) * p.width + 19) * p.features + 5] = std::numeric_limits<float>::quiet_NaN();
    std::vector<float> const logits = logitsOf(c, tile);
    bool passed = true;
    for (int32_t i = 0; i < p.height * p.width; ++i)
    {
        bool const near = std::abs(i / p.width - 3) <= 1 && i % p.width >= 18;
        passed = passed && std::isnan(logits[i]) == near;
    }
    gFailures += passed ? 0 : 1;
    std::printf("%s NaN tile %d\n", passed ? "ok  " : "FAIL", tile);
}

} // namespace

int main(int argc, char** argv)
{
    for (int32_t tile : {0, kHEAT_MAP_TILE_COUNT - 1})
    {
        testNan(tile);
    }
    testGroups();
    testTiles();
    testRandom(argc > 1 ? std::atoi(argv[1]) : 10);
    std::printf("%s: %d failures\n", gFailures == 0 ? "PASS" : "FAIL", gFailures);
    return gFailures == 0 ? 0 : 1;
}
