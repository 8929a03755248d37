// heat_map_test: the kernel on the GPU against the definition on the CPU, and its time.
// usage: heat_map_test [--reduced | --bench] [--batch N]
//   --reduced  small shapes only, for compute-sanitizer
//   --bench    (or --tune) median time of every tile at FairMOT's shapes in CUDA graphs: warm, and with maps that rotate
//              through more memory than the L2 cache holds
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>

#include "heat-map/kernel/heatMapTile.h"
#include "heat-map/test/deviceMap.h"
#include "testing/graphTime.h"

using namespace trtfairmot;

namespace
{

constexpr int32_t kREPEATS = 30; // of a benchmark

cudaStream_t gStream = nullptr;
int32_t gRuns = 0;
int32_t gFailures = 0;
double gWorst = 0.0;

std::vector<float> logitsOf(MapCase const& c, int32_t tile, DeviceMap& device, bool& guard)
{
    device.poison(gStream);
    checkCuda(heatMapForward(c.params, tile, device.tensors(), gStream), "heatMapForward");
    checkCuda(cudaStreamSynchronize(gStream), "the kernel");
    return device.logits(guard);
}

void runCase(MapCase const& c, MapReference const& reference, int32_t tile, char const* name)
{
    if (!heatMapTileRuns(c.params, tile))
    {
        return;
    }
    DeviceMap device(c);
    bool guard = false;
    bool guardAgain = false;
    std::vector<float> const logits = logitsOf(c, tile, device, guard);
    std::vector<float> const again = logitsOf(c, tile, device, guardAgain);
    bool const repeatable = std::memcmp(again.data(), logits.data(), logits.size() * sizeof(float)) == 0;
    guard = guard && guardAgain;
    double const worst = worstError(reference, logits);
    bool const passed = worst <= 1.0 && repeatable && guard;
    ++gRuns;
    gFailures += passed ? 0 : 1;
    gWorst = std::max(gWorst, worst);
    if (!passed)
    {
        std::printf("FAIL %s tile %d: worst %.2f of its bound%s%s; %s\n", name, tile, worst,
            guard ? "" : " GUARD", repeatable ? "" : " NOT REPEATABLE", describe(c.params).c_str());
    }
}

// Maps that are several rounds of the blocks that stay, one and less than one; of one cluster's blocks and of two.
std::vector<HeatMapParams> mapsOfRounds(bool reduced)
{
    if (reduced)
    {
        return {{1, 5, 13, 64, 256}, {2, 9, 40, 24, 128}, {1, 120, 150, 8, 256}};
    }
    return {{1, 5, 13, 64, 256}, {2, 9, 40, 24, 128}, {5, 61, 201, 64, 256}, {3, 97, 173, 40, 128}, {1, 400, 1, 8, 256},
        {1, 1, 700, 64, 256}};
}

void test(bool reduced)
{
    std::mt19937 random(1);
    for (HeatMapParams const& p : mapsOfRounds(reduced))
    {
        MapCase const c = randomCase(p, random());
        MapReference const reference = referenceOfCase(c, p.height * p.width > 5000 ? 7 : 1);
        for (int32_t tile = 0; tile < kHEAT_MAP_TILE_COUNT; ++tile)
        {
            if (!reduced || traitsOfHeatMapTile(tile).grouped)
            {
                runCase(c, reference, tile, "rounds");
            }
        }
    }
    for (int32_t i = 0; i < (reduced ? 6 : 60); ++i)
    {
        HeatMapParams const p = randomParams(random());
        MapCase const c = randomCase(p, random());
        MapReference const reference = referenceOfCase(c);
        for (int32_t tile = 0; tile < kHEAT_MAP_TILE_COUNT; ++tile)
        {
            runCase(c, reference, tile, "random");
        }
    }
    for (HeatMapParams const& p : {wholeNetwork(1), halfNetwork(3)})
    {
        MapCase const c = randomCase(p, 5U);
        MapReference const reference = referenceOfCase(c, 13);
        for (int32_t tile = 0; tile < kHEAT_MAP_TILE_COUNT && !reduced; ++tile)
        {
            runCase(c, reference, tile, "network");
        }
    }
}

void bench(HeatMapParams const& p)
{
    MapCase const c = randomCase(p, 5U);
    std::vector<std::unique_ptr<DeviceMap>> maps;
    int32_t const sets = coldSets(c.features.size() * 2);
    while (static_cast<int32_t>(maps.size()) < sets)
    {
        maps.push_back(std::make_unique<DeviceMap>(c));
    }
    double const operations = 2.0 * p.batch * p.height * p.width * p.hidden * (9.0 * p.features + 1);
    std::printf("\n%s; chosen: tile %d\n", describe(p).c_str(), heatMapTileFromParams(p));
    for (int32_t tile = 0; tile < kHEAT_MAP_TILE_COUNT; ++tile)
    {
        if (!heatMapTileRuns(p, tile))
        {
            continue;
        }
        HeatMapTileTraits const traits = traitsOfHeatMapTile(tile);
        auto const call = [&](int32_t set) { return heatMapForward(p, tile, maps[set]->tensors(), gStream); };
        double const warm = medianMicroseconds(call, 1, kREPEATS, gStream);
        std::printf("  tile %2d: %s %3d pixels x %3d, %d stages, %3d threads  %7.2f us warm (%.0f TFLOP/s) %7.2f us cold\n",
            tile, traits.grouped ? "warpgroups," : "warps,     ", traits.pixels, traits.hidden, traits.stages,
            traits.threads, warm, operations / warm / 1e6, medianMicroseconds(call, sets, kREPEATS, gStream));
    }
}

} // namespace

int main(int argc, char** argv)
{
    bool reduced = false;
    bool benchmark = false;
    int32_t batch = 1;
    for (int i = 1; i < argc; ++i)
    {
        reduced = reduced || std::strcmp(argv[i], "--reduced") == 0;
        benchmark = benchmark || std::strcmp(argv[i], "--bench") == 0 || std::strcmp(argv[i], "--tune") == 0;
        if (std::strcmp(argv[i], "--batch") == 0 && i + 1 < argc)
        {
            batch = std::max(1, std::atoi(argv[i + 1]));
        }
    }
    requireGpu();
    checkCuda(cudaStreamCreateWithFlags(&gStream, cudaStreamNonBlocking), "stream");
    if (benchmark)
    {
        bench(wholeNetwork(batch));
        bench(halfNetwork(batch));
    }
    else
    {
        test(reduced);
        std::printf("%s: %d runs, %d failures; worst %.2f of its bound\n", gFailures == 0 ? "PASS" : "FAIL", gRuns,
            gFailures, gWorst);
    }
    checkCuda(cudaStreamDestroy(gStream), "stream");
    return gFailures == 0 ? 0 : 1;
}
