// root_test: every tile of the root's kernel on the GPU against the definition on the CPU.
// usage: root_test [--reduced]
//   --reduced  small shapes only, for compute-sanitizer
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <random>

#include "deviceRoot.h"
#include "root/kernel/rootTile.h"

using namespace trtfairmot;

namespace
{

int32_t gRuns = 0;
int32_t gFailures = 0;
double gWorst = 0.0;
int32_t gSharedBytes = 0; // that a block may have
cudaStream_t gStream = nullptr;

std::vector<uint8_t> runOnce(DeviceRoot& device, RootParams const& params, int32_t tile, bool& guardIntact)
{
    device.poison(gStream);
    checkCuda(rootForward(params, tile, device.tensors(), gStream), "rootForward");
    checkCuda(cudaStreamSynchronize(gStream), "the kernel");
    return device.output(guardIntact);
}

// Values, the same bits again, and nothing written behind the output.
void runCase(RootParams const& params, int32_t tile, int32_t every, uint32_t seed)
{
    if (traitsOfRootTile(tile).sharedBytes > gSharedBytes)
    {
        return;
    }
    RootCase const layer = randomRoot(params, seed);
    DeviceRoot device(bytesOfRoot(layer));
    bool guardIntact = false;
    std::vector<uint8_t> const output = runOnce(device, params, tile, guardIntact);
    bool const same = runOnce(device, params, tile, guardIntact) == output;
    double const worst = worstError(layer, output, every);
    bool const passed = worst <= 1.0 && same && guardIntact;
    ++gRuns;
    gFailures += passed ? 0 : 1;
    gWorst = worst > gWorst ? worst : gWorst;
    if (!passed || every > 1)
    {
        std::printf("%s worst %.3f of what rounding allows%s%s  tile %d  %s\n", passed ? "ok  " : "FAIL", worst,
            same ? "" : " NOT REPEATABLE", guardIntact ? "" : " GUARD", tile, describe(params).c_str());
    }
}

void testTiles()
{
    for (int32_t tile = 0; tile < kROOT_TILE_COUNT; ++tile)
    {
        runCase(rootParams(2, 7, 11, {128, 128, 64}, 72), tile, 1, 4U);
        runCase(rootParams(1, 3, 5, {24, 8, 104, 16}, 24), tile, 1, 5U);
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
        std::generate(channels.begin(), channels.end(), [&] { return 8 * upTo(24); });
        RootParams const params = rootParams(upTo(3), upTo(12), upTo(16), channels, 8 * upTo(20));
        runCase(params, i % kROOT_TILE_COUNT, 1, random());
    }
}

void testNetwork()
{
    for (int32_t const batch : {1, 3})
    {
        for (auto const& roots : {fairmotRoots(batch), halfFairmotRoots(batch)})
        {
            for (RootParams const& params : roots)
            {
                runCase(params, rootTileFromParams(params), 97, 9U);
            }
        }
    }
}

} // namespace

int main(int argc, char** argv)
{
    bool const reduced = argc == 2 && std::strcmp(argv[1], "--reduced") == 0;
    if (argc > 1 && !reduced)
    {
        std::printf("usage: root_test [--reduced]\n");
        return 2;
    }
    requireGpu();
    checkCuda(cudaDeviceGetAttribute(&gSharedBytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, 0), "attribute");
    checkCuda(cudaStreamCreateWithFlags(&gStream, cudaStreamNonBlocking), "stream");
    testTiles();
    if (!reduced)
    {
        testRandom(20 * kROOT_TILE_COUNT);
        testNetwork();
    }
    checkCuda(cudaStreamDestroy(gStream), "stream");
    std::printf("%s: %d failures in %d runs, worst %.3f of what rounding allows\n", gFailures == 0 ? "PASS" : "FAIL",
        gFailures, gRuns, gWorst);
    return gFailures == 0 ? 0 : 1;
}
