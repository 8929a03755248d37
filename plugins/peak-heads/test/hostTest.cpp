// peaks_host_test: the kernels, emulated on the CPU, against the definition. Needs no GPU.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "peak-heads/kernel/headTile.h"
#include "peak-heads/test/reference.h"
#include "testing/emulator.h"
#include "testing/guard.h"

using namespace trtfairmot;

namespace
{

int32_t gFailures = 0;

// Rows of a value that no kernel writes.
template <typename T>
void fillRows(std::vector<T>& rows, T value)
{
    size_t const count = rows.size();
    rows = guarded<T>(count);
    std::fill_n(rows.begin(), count, value);
}

bool cutGuards(PeakRows& rows)
{
    bool const boxes = cutGuard(rows.boxes);
    bool const scores = cutGuard(rows.scores);
    bool const classes = cutGuard(rows.classes);
    return cutGuard(rows.embeddings) && boxes && scores && classes;
}

PeakHeadsTensors tensorsOf(PeakBytes const& bytes, PeakRows& rows, std::vector<uint8_t>& workspace)
{
    PeakHeadsTensors tensors;
    tensors.logits = bytes.logits.data();
    tensors.features = bytes.features.data();
    tensors.firstWeight = bytes.firstWeight.data();
    tensors.firstBias = reinterpret_cast<float const*>(bytes.firstBias.data());
    tensors.secondWeight = bytes.secondWeight.data();
    tensors.secondBias = reinterpret_cast<float const*>(bytes.secondBias.data());
    tensors.boxes = rows.boxes.data();
    tensors.scores = rows.scores.data();
    tensors.classes = rows.classes.data();
    tensors.embeddings = rows.embeddings.data();
    tensors.workspace = workspace.data();
    return tensors;
}

void runCase(PeakCase const& c, int32_t tile, char const* name)
{
    PeakBytes const bytes = bytesOfCase(c);
    PeakRows rows(c.params);
    std::vector<uint8_t> workspace = guarded<uint8_t>(peakHeadsWorkspaceSize(c.params));
    fillRows(rows.classes, -1);
    for (std::vector<float>* const output : {&rows.boxes, &rows.scores, &rows.embeddings})
    {
        fillRows(*output, 1e30F);
    }
    PeakHeadsTensors const tensors = tensorsOf(bytes, rows, workspace);
    forbidReads();
    for (std::vector<uint8_t> const* const readable : {&bytes.logits, &bytes.features, &bytes.firstWeight,
             &bytes.firstBias, &bytes.secondWeight, &bytes.secondBias})
    {
        allowReads(readable->data(), readable->size());
    }
    allowReads(workspace.data(), peakHeadsWorkspaceSize(c.params));
    PeakHeadsPlan plan;
    plan.tile = tile;
    cudaError_t const status = peakHeadsForward(c.params, plan, tensors, nullptr);
    bool const intact = cutGuards(rows) && cutGuard(workspace);
    PeakReference const reference = referenceOfCase(c);
    PeakComparison const result = compareRows(c, reference, rows);
    bool const passed = status == cudaSuccess && intact && result.passed;
    gFailures += passed ? 0 : 1;
    std::printf("%s %-9s %-9s tile %2d, found %3d, worst %.2f of its bound, boxes %.1e, embeddings %.1e%s; %s %s\n",
        passed ? "ok  " : "FAIL", name, nameOf(c.kind), tile, reference.found[0], result.worst, result.boxError,
        result.embeddingError, intact ? "" : " GUARD", describe(c.params).c_str(), result.problem.c_str());
    std::fflush(stdout);
}

// Every tile, with fewer and more slices than its stages.
void testTiles()
{
    for (int32_t tile = 0; tile < kHEAD_TILE_COUNT; ++tile)
    {
        PeakHeadsParams p;
        p.height = 20;
        p.width = 37;
        p.features = tile % 2 == 0 ? 64 : 24;
        p.hidden = tile % 3 == 0 ? 128 : 64;
        p.channels = HeadChannels{tile % 2 == 0 ? 4 : 2, tile % 4 == 0 ? 0 : 2, tile % 3 == 0 ? 200 : 128};
        p.topK = traitsOfHeadTile(tile).rows + 5;
        setThreadOrder(static_cast<uint32_t>(tile));
        runCase(randomCase(p, MapKind::kRANDOM, 11U + static_cast<uint32_t>(tile)), tile, "tile");
    }
}

// Both networks of FairMOT, and every kind of map on a small one.
void testKinds()
{
    for (int32_t kind = 0; kind < static_cast<int32_t>(MapKind::kCOUNT); ++kind)
    {
        PeakHeadsParams p;
        p.batch = 2;
        p.classes = kind % 3 == 2 ? 2 : 1;
        p.height = 33;
        p.width = 50;
        p.features = 8;
        p.hidden = 64;
        p.channels = HeadChannels{4, 2, 64};
        p.topK = 60;
        p.halfLogits = kind % 2 == 1;
        setThreadOrder(static_cast<uint32_t>(kind));
        runCase(randomCase(p, static_cast<MapKind>(kind), 5U), kind % kHEAD_TILE_COUNT, "kind");
    }
}

void testNetworks(bool full)
{
    PeakHeadsParams half;
    half.height = 80;
    half.width = 144;
    half.features = 32;
    half.hidden = 128;
    half.channels = HeadChannels{4, 2, 64};
    half.topK = full ? 500 : 100;
    runCase(randomCase(half, MapKind::kRANDOM, 3U), 1, "half");
    PeakHeadsParams whole = half;
    whole.height = 152;
    whole.width = 272;
    whole.features = 64;
    whole.hidden = 256;
    whole.channels.id = 128;
    whole.topK = full ? 500 : 40;
    runCase(randomCase(whole, MapKind::kRANDOM, 4U), 3, "whole");
    // More candidates than the selection holds at once, all with one score, of more tiles than it holds.
    PeakHeadsParams equal = half;
    equal.height = 160;
    equal.width = 500;
    equal.features = 8;
    equal.hidden = 64;
    equal.topK = 20;
    runCase(randomCase(equal, MapKind::kEQUAL, 4U), 7, "equal");
}

void testRandom(int32_t count)
{
    std::mt19937 random(7);
    for (int32_t i = 0; i < count; ++i)
    {
        PeakHeadsParams const p = randomParams(random(), 4'000'000);
        auto const kind = static_cast<MapKind>(random() % static_cast<uint32_t>(MapKind::kCOUNT));
        setThreadOrder(random() % 3);
        runCase(randomCase(p, kind, random()), static_cast<int32_t>(random() % kHEAD_TILE_COUNT), "random");
    }
}

void testRefusals()
{
    PeakHeadsParams good;
    good.height = good.width = 10;
    good.features = 8;
    good.hidden = 64;
    std::vector<PeakHeadsParams> wrong(8, good);
    wrong[0].features = 12;
    wrong[1].hidden = 96;
    wrong[2].channels.wh = 3;
    wrong[3].channels.reg = 1;
    wrong[4].channels.id = 2048;
    wrong[5].topK = 1025;
    wrong[6].classes = 1 << 24;
    wrong[7].stride = 0;
    bool const refused = std::all_of(
        wrong.begin(), wrong.end(), [](PeakHeadsParams const& p) { return problemFromParams(p) != nullptr; });
    bool const passed = problemFromParams(good) == nullptr && refused;
    std::printf("%s refusals\n", passed ? "ok  " : "FAIL");
    gFailures += passed ? 0 : 1;
}

} // namespace

// usage: peaks_host_test [RANDOM_CASES [full]]
int main(int argc, char** argv)
{
    testRefusals();
    testKinds();
    testTiles();
    testNetworks(argc > 2);
    testRandom(argc > 1 ? std::atoi(argv[1]) : 40);
    std::printf("%s: %d failures\n", gFailures == 0 ? "PASS" : "FAIL", gFailures);
    return gFailures == 0 ? 0 : 1;
}
