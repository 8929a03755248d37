// stem_test: the stem's kernel on the GPU against the definition on the CPU.
// usage: stem_test [--reduced]
//   --reduced  small shapes only, for compute-sanitizer
#include <cstdio>
#include <cstring>
#include <random>

#include "deviceStem.h"

using namespace trtfairmot;

namespace
{

int32_t gRuns = 0;
int32_t gFailures = 0;
double gWorst = 0.0;
cudaStream_t gStream = nullptr;

std::vector<uint8_t> runOnce(DeviceStem& device, StemParams const& params, int32_t tile, bool& guardIntact)
{
    device.poison(gStream);
    checkCuda(stemForward(params, device.tensors(), gStream, tile), "stemForward");
    checkCuda(cudaStreamSynchronize(gStream), "the kernel");
    return device.output(guardIntact);
}

std::vector<uint8_t> runGraph(DeviceStem& device, StemParams const& params, int32_t tile, bool& guardIntact)
{
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t executable = nullptr;
    checkCuda(cudaStreamBeginCapture(gStream, cudaStreamCaptureModeThreadLocal), "begin capture");
    checkCuda(stemForward(params, device.tensors(), gStream, tile), "stemForward");
    checkCuda(cudaStreamEndCapture(gStream, &graph), "end capture");
    checkCuda(cudaGraphInstantiate(&executable, graph, 0), "instantiate");
    device.poison(gStream);
    checkCuda(cudaGraphLaunch(executable, gStream), "replay");
    checkCuda(cudaStreamSynchronize(gStream), "the kernel");
    checkCuda(cudaGraphExecDestroy(executable), "graph");
    checkCuda(cudaGraphDestroy(graph), "graph");
    return device.output(guardIntact);
}

// Values, the same bits again as a graph, and nothing written behind the output.
void runCase(StemCase const& stem, int32_t tile, int32_t every)
{
    DeviceStem device(bytesOfStem(stem));
    bool guardIntact = false;
    bool guardIntactAgain = false;
    std::vector<uint8_t> const output = runOnce(device, stem.params, tile, guardIntact);
    bool const same = runGraph(device, stem.params, tile, guardIntactAgain) == output;
    Comparison const c = compareStem(stem, output, every);
    bool const passed = c.passed && same && guardIntact && guardIntactAgain;
    ++gRuns;
    gFailures += passed ? 0 : 1;
    gWorst = c.worst > gWorst ? c.worst : gWorst;
    if (!passed || every > 1)
    {
        std::printf("%s tile %d worst %.2f of what rounding allows in %d pixels%s%s  %s\n", passed ? "ok  " : "FAIL",
            tile, c.worst, c.pixels, same ? "" : " NOT REPEATABLE", guardIntact && guardIntactAgain ? "" : " GUARD",
            describe(stem.params).c_str());
    }
}

void testRandom(int32_t count)
{
    std::mt19937 random(20240607);
    for (int32_t i = 0; i < count; ++i)
    {
        auto const upTo = [&](int32_t last) { return 1 + static_cast<int32_t>(random() % static_cast<uint32_t>(last)); };
        bool const narrow = i % 3 == 0;
        StemParams const params{upTo(3), upTo(70), upTo(90), upTo(narrow ? 8 : 16), upTo(narrow ? 8 : 16),
            upTo(narrow ? 16 : 32), random() % 2 == 0, random() % 3 != 0};
        runCase(randomStem(params, random()), i % (stemTileCount() + 1) - 1, 1);
    }
}

// The full and the half network at the sizes they are used at, and batches; every pixel could not be computed quickly.
void testNetworks()
{
    StemCase const full = randomStem(StemParams{1, 608, 1088, 16, 16, 32, false, true}, 5);
    for (int32_t tile = -1; tile < stemTileCount(); ++tile)
    {
        runCase(full, tile, 211);
    }
    runCase(randomStem(StemParams{1, 320, 576, 8, 8, 16, false, true}, 6), kSTEM_DEFAULT_TILE, 101);
    runCase(randomStem(StemParams{8, 608, 1088, 16, 16, 32, false, true}, 7), kSTEM_DEFAULT_TILE, 2003);
    runCase(randomStem(StemParams{2, 608, 1088, 16, 16, 32, true, false}, 8), kSTEM_DEFAULT_TILE, 503);
}

} // namespace

int main(int argc, char** argv)
{
    bool const reduced = argc == 2 && std::strcmp(argv[1], "--reduced") == 0;
    if (argc > 1 && !reduced)
    {
        std::printf("usage: stem_test [--reduced]\n");
        return 2;
    }
    requireGpu();
    checkCuda(cudaStreamCreateWithFlags(&gStream, cudaStreamNonBlocking), "stream");
    testRandom(reduced ? 24 : 160);
    if (!reduced)
    {
        testNetworks();
    }
    checkCuda(cudaStreamDestroy(gStream), "stream");
    std::printf("%s: %d failures in %d runs, worst %.2f of what rounding allows\n", gFailures == 0 ? "PASS" : "FAIL",
        gFailures, gRuns, gWorst);
    return gFailures == 0 ? 0 : 1;
}
