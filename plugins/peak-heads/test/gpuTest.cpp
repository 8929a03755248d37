// peaks_test: the kernels on the GPU against the definition on the CPU.
// usage: peaks_test [--reduced] [--count N] [--seed N] [--verbose]
//   --reduced  small shapes only, for compute-sanitizer
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

#include "peak-heads/kernel/headTile.h"
#include "peak-heads/test/deviceCase.h"
#include "peak-heads/test/reference.h"

using namespace trtfairmot;

namespace
{

struct Options
{
    bool reduced{false};
    bool verbose{false};
    int32_t count{200};
    uint32_t seed{1};
};

Options gOptions;
cudaStream_t gStream = nullptr;
int32_t gRuns = 0;
int32_t gFailures = 0;
double gWorst = 0.0;
double gBoxError = 0.0;
double gEmbeddingError = 0.0;

bool sameBits(PeakRows const& a, PeakRows const& b)
{
    auto const same = [](auto const& x, auto const& y) { return std::memcmp(x.data(), y.data(), x.size() * 4) == 0; };
    return same(a.boxes, b.boxes) && same(a.scores, b.scores) && same(a.classes, b.classes)
        && same(a.embeddings, b.embeddings);
}

bool tileFits(int32_t tile)
{
    int32_t device = 0;
    int32_t bytes = 0;
    checkCuda(cudaGetDevice(&device), "device");
    checkCuda(cudaDeviceGetAttribute(&bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device), "attribute");
    return traitsOfHeadTile(tile).sharedBytes <= bytes;
}

PeakRows rowsOf(PeakCase const& c, PeakHeadsPlan const& plan, DeviceCase& device, bool& guards)
{
    device.poison(gStream);
    checkCuda(peakHeadsForward(c.params, plan, device.tensors(), gStream), "peakHeadsForward");
    checkCuda(cudaStreamSynchronize(gStream), "the kernels");
    return device.rows(guards);
}

void report(bool passed, char const* name, PeakCase const& c, PeakHeadsPlan const& plan, PeakComparison const& result)
{
    ++gRuns;
    gFailures += passed ? 0 : 1;
    gWorst = std::max(gWorst, result.worst);
    gBoxError = std::max(gBoxError, result.boxError);
    gEmbeddingError = std::max(gEmbeddingError, result.embeddingError);
    if (!passed || gOptions.verbose)
    {
        std::printf("%s %s %s tile %d overlap %d: worst %.2f of its bound; %s %s\n", passed ? "ok  " : "FAIL", name,
            nameOf(c.kind), plan.tile, plan.overlap ? 1 : 0, result.worst, describe(c.params).c_str(),
            result.problem.c_str());
    }
}

void runCase(PeakCase const& c, PeakReference const& reference, PeakHeadsPlan const& plan, char const* name)
{
    if (!tileFits(plan.tile))
    {
        return;
    }
    DeviceCase device(c);
    bool guards = false;
    bool guardsAgain = false;
    PeakRows const rows = rowsOf(c, plan, device, guards);
    PeakRows const again = rowsOf(c, plan, device, guardsAgain);
    PeakComparison result = compareRows(c, reference, rows);
    bool const repeatable = sameBits(rows, again);
    result.problem += guards && guardsAgain ? "" : " GUARD";
    result.problem += repeatable ? "" : " NOT REPEATABLE";
    report(result.passed && guards && guardsAgain && repeatable, name, c, plan, result);
}

// Every tile, kernels overlapped and not.
void testTiles()
{
    for (int32_t tile = 0; tile < kHEAD_TILE_COUNT; ++tile)
    {
        PeakHeadsParams p;
        p.batch = 2;
        p.height = 40;
        p.width = 57;
        p.features = tile % 3 == 0 ? 24 : 64;
        p.hidden = tile % 2 == 0 ? 128 : 64;
        p.channels = HeadChannels{tile % 2 == 0 ? 4 : 2, tile % 4 == 0 ? 0 : 2, tile % 3 == 0 ? 200 : 128};
        p.topK = 150;
        PeakCase const c = randomCase(p, MapKind::kRANDOM, static_cast<uint32_t>(tile));
        PeakReference const reference = referenceOfCase(c);
        for (bool const overlap : {false, true})
        {
            PeakHeadsPlan plan = planFromParams(p);
            plan.tile = tile;
            plan.overlap = plan.overlap && overlap;
            runCase(c, reference, plan, "tile");
        }
    }
}

void testRandom(int32_t count, int64_t budget)
{
    std::mt19937 random(gOptions.seed);
    for (int32_t i = 0; i < count; ++i)
    {
        PeakHeadsParams const p = randomParams(random(), budget);
        auto const kind = static_cast<MapKind>(random() % static_cast<uint32_t>(MapKind::kCOUNT));
        PeakCase const c = randomCase(p, kind, random());
        runCase(c, referenceOfCase(c), planFromParams(p), "random");
    }
}

void testNetworks()
{
    for (int32_t const batch : {1, 8})
    {
        for (int32_t kind = 0; kind < static_cast<int32_t>(MapKind::kCOUNT); kind += batch)
        {
            PeakHeadsParams const p = batch == 1 && kind % 2 == 0 ? wholeNetwork(1) : halfNetwork(batch);
            PeakCase const c = randomCase(p, static_cast<MapKind>(kind), 9U);
            runCase(c, referenceOfCase(c), planFromParams(p), "network");
        }
    }
}

// A captured call, replayed over poisoned outputs.
void testGraph()
{
    PeakHeadsParams const p = halfNetwork(2);
    PeakCase const c = randomCase(p, MapKind::kRANDOM, 21U);
    PeakHeadsPlan const plan = planFromParams(p);
    DeviceCase device(c);
    bool guards = false;
    PeakRows const eager = rowsOf(c, plan, device, guards);
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t executable = nullptr;
    checkCuda(cudaStreamBeginCapture(gStream, cudaStreamCaptureModeGlobal), "begin capture");
    checkCuda(peakHeadsForward(p, plan, device.tensors(), gStream), "peakHeadsForward");
    checkCuda(cudaStreamEndCapture(gStream, &graph), "end capture");
    checkCuda(cudaGraphInstantiate(&executable, graph, 0), "instantiate");
    bool same = true;
    for (int32_t i = 0; i < 50; ++i)
    {
        device.poison(gStream);
        checkCuda(cudaGraphLaunch(executable, gStream), "launch");
        checkCuda(cudaStreamSynchronize(gStream), "replay");
        same = same && sameBits(device.rows(guards), eager) && guards;
    }
    // Back to back, as frames come.
    for (int32_t i = 0; i < 2000; ++i)
    {
        checkCuda(cudaGraphLaunch(executable, gStream), "launch");
    }
    checkCuda(cudaStreamSynchronize(gStream), "replays");
    same = same && sameBits(device.rows(guards), eager) && guards;
    PeakComparison result = compareRows(c, referenceOfCase(c), eager);
    result.problem += same ? "" : " a replay differs";
    report(result.passed && same, "graph", c, plan, result);
    checkCuda(cudaGraphExecDestroy(executable), "graph");
    checkCuda(cudaGraphDestroy(graph), "graph");
}

bool readOptions(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i)
    {
        bool const more = i + 1 < argc;
        if (std::strcmp(argv[i], "--reduced") == 0)
        {
            gOptions.reduced = true;
        }
        else if (std::strcmp(argv[i], "--verbose") == 0)
        {
            gOptions.verbose = true;
        }
        else if (more && std::strcmp(argv[i], "--count") == 0)
        {
            gOptions.count = std::atoi(argv[++i]);
        }
        else if (more && std::strcmp(argv[i], "--seed") == 0)
        {
            gOptions.seed = static_cast<uint32_t>(std::atoi(argv[++i]));
        }
        else
        {
            return false;
        }
    }
    return true;
}

} // namespace

int main(int argc, char** argv)
{
    if (!readOptions(argc, argv))
    {
        std::printf("usage: peaks_test [--reduced] [--count N] [--seed N] [--verbose]\n");
        return 2;
    }
    requireGpu();
    checkCuda(cudaStreamCreateWithFlags(&gStream, cudaStreamNonBlocking), "stream");
    testTiles();
    testRandom(gOptions.reduced ? 12 : gOptions.count, gOptions.reduced ? 3'000'000 : 60'000'000);
    if (!gOptions.reduced)
    {
        testNetworks();
        testGraph();
    }
    checkCuda(cudaStreamDestroy(gStream), "stream");
    std::printf("%s: %d runs, %d failures; worst %.2f of its bound, boxes %.1e pixels, embeddings %.1e\n",
        gFailures == 0 ? "PASS" : "FAIL", gRuns, gFailures, gWorst, gBoxError, gEmbeddingError);
    return gFailures == 0 ? 0 : 1;
}
