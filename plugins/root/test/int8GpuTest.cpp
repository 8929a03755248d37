// root_int8_test: every tile of the root's kernel with int8 maps on the GPU against exact sums on the CPU.
// usage: root_int8_test [--reduced]
//   --reduced  small shapes only, for compute-sanitizer
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <random>

#include "deviceRoot.h"
#include "int8Case.h"
#include "root/kernel/rootTile.h"

using namespace trtfairmot;

namespace
{

constexpr int32_t kBOTH = kGIVES_INT8 | kGIVES_HALF;

int32_t gRuns = 0;
int32_t gFailures = 0;
double gWorst = 0.0;
int32_t gSharedBytes = 0; // that a block may have
cudaStream_t gStream = nullptr;

struct Outputs
{
    std::vector<uint8_t> half;
    std::vector<uint8_t> quantized;
    bool guardsIntact;
};

Outputs runOnce(DeviceRoot& device, RootParams const& params, int32_t tile)
{
    device.poison(gStream);
    checkCuda(rootForward(params, tile, device.tensors(), gStream), "rootForward");
    checkCuda(cudaStreamSynchronize(gStream), "the kernel");
    bool half = false;
    bool quantized = false;
    Outputs outputs{device.output(half), device.quantized(quantized), false};
    outputs.guardsIntact = half && quantized;
    return outputs;
}

// Values, the same bits again, and nothing written behind the outputs.
void runCase(RootParams const& params, int32_t gives, int32_t tile, int32_t every, uint32_t seed)
{
    if (traitsOfRootTile(tile).sharedBytes > gSharedBytes)
    {
        return;
    }
    Int8Root const layer = randomInt8Root(params, gives, seed);
    DeviceRoot device(bytesOfInt8Root(layer));
    Outputs const first = runOnce(device, params, tile);
    Outputs const second = runOnce(device, params, tile);
    bool const same = first.half == second.half && first.quantized == second.quantized;
    bool const intact = first.guardsIntact && second.guardsIntact;
    Int8Errors const errors = errorsOfInt8(layer, first.half, first.quantized, every);
    bool const passed = errors.passed() && same && intact;
    ++gRuns;
    gFailures += passed ? 0 : 1;
    gWorst = std::max(gWorst, errors.half);
    if (!passed || every > 1)
    {
        std::printf("%s worst %.3f of what rounding allows, %lld wrong int8%s%s  tile %d, gives %d  %s\n",
            passed ? "ok  " : "FAIL", errors.half, static_cast<long long>(errors.wrong), same ? "" : " NOT REPEATABLE",
            intact ? "" : " GUARD", tile, gives, describe(params).c_str());
    }
}

void testTiles()
{
    for (int32_t tile = 0; tile < kROOT_TILE_COUNT; ++tile)
    {
        runCase(int8Params(2, 7, 11, {128, 128, 64}, 96), kBOTH, tile, 1, 4U);
        runCase(int8Params(1, 3, 5, {32, 64, 160, 32}, 32), kGIVES_INT8, tile, 1, 5U);
        runCase(int8Params(1, 5, 9, {256, 256, 128, 256}, 64), kGIVES_HALF, tile, 1, 6U);
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
        std::generate(channels.begin(), channels.end(), [&] { return 32 * upTo(8); });
        RootParams const params = int8Params(upTo(3), upTo(12), upTo(16), channels, 32 * upTo(6));
        runCase(params, upTo(3), i % kROOT_TILE_COUNT, 1, random());
    }
}

void testNetwork()
{
    for (int32_t const batch : {1, 3})
    {
        for (auto const& roots : {fairmotRoots(batch), halfFairmotRoots(batch)})
        {
            for (RootParams const& params : inInt8(roots))
            {
                runCase(params, kBOTH, rootTileFromParams(params), 97, 9U);
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
        std::printf("usage: root_int8_test [--reduced]\n");
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
