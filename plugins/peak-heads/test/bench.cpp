// peaks_bench: GPU time of the four kernels at FairMOT's shapes, replayed as CUDA graphs.
// usage: peaks_bench [--batch N] [--repeats N] [--tune]
//   cold    tensors rotate through more memory than the L2 cache holds
//   warm    one set of tensors, as a layer finds what the one before it has just written
//   --tune  every tile of the heads' kernel, overlapped or not
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "peak-heads/kernel/headTile.h"
#include "peak-heads/test/deviceCase.h"

using namespace trtfairmot;

namespace
{

constexpr size_t kCOLD_BYTES = size_t{160} << 20;
constexpr int32_t kCALLS_PER_REPLAY = 20;

int32_t gBatch = 1;
int32_t gRepeats = 30;
bool gTune = false;
cudaStream_t gStream = nullptr;

struct Span
{
    PeakHeadsStage first{PeakHeadsStage::kFIND};
    PeakHeadsStage last{PeakHeadsStage::kFINISH};
};

using Cases = std::vector<std::unique_ptr<DeviceCase>>;

// Median microseconds of one call, over replays of a graph of calls that take turns in the first `sets` cases.
double microseconds(PeakHeadsParams const& p, PeakHeadsPlan const& plan, Span span, Cases const& cases, size_t sets)
{
    int32_t const calls = std::max(kCALLS_PER_REPLAY, static_cast<int32_t>(sets));
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t executable = nullptr;
    cudaEvent_t start = nullptr;
    cudaEvent_t stop = nullptr;
    for (auto const& set : cases) // loads the kernels, fills the workspaces
    {
        checkCuda(peakHeadsForward(p, plan, set->tensors(), gStream), "peakHeadsForward");
    }
    checkCuda(cudaStreamSynchronize(gStream), "the kernels");
    checkCuda(cudaStreamBeginCapture(gStream, cudaStreamCaptureModeGlobal), "begin capture");
    for (int32_t call = 0; call < calls; ++call)
    {
        checkCuda(peakHeadsKernels(p, plan, cases[call % sets]->tensors(), span.first, span.last, gStream), "kernels");
    }
    checkCuda(cudaStreamEndCapture(gStream, &graph), "end capture");
    checkCuda(cudaGraphInstantiate(&executable, graph, 0), "instantiate");
    checkCuda(cudaEventCreate(&start), "event");
    checkCuda(cudaEventCreate(&stop), "event");
    std::vector<double> times;
    for (int32_t i = 0; i < gRepeats + 3; ++i)
    {
        checkCuda(cudaEventRecord(start, gStream), "record");
        checkCuda(cudaGraphLaunch(executable, gStream), "launch");
        checkCuda(cudaEventRecord(stop, gStream), "record");
        checkCuda(cudaEventSynchronize(stop), "replay");
        float milliseconds = 0.F;
        checkCuda(cudaEventElapsedTime(&milliseconds, start, stop), "elapsed");
        if (i >= 3)
        {
            times.push_back(1000.0 * milliseconds / calls);
        }
    }
    checkCuda(cudaEventDestroy(start), "event");
    checkCuda(cudaEventDestroy(stop), "event");
    checkCuda(cudaGraphExecDestroy(executable), "graph");
    checkCuda(cudaGraphDestroy(graph), "graph");
    std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
    return times[times.size() / 2];
}

Cases casesOf(PeakHeadsParams const& p, MapKind kind)
{
    PeakBytes const bytes = bytesOfCase(randomCase(p, kind, 5U));
    Cases cases;
    cases.push_back(std::make_unique<DeviceCase>(p, bytes));
    size_t const sets = std::min<size_t>(32, kCOLD_BYTES / cases.front()->tensorBytes() + 2);
    while (cases.size() < sets)
    {
        cases.push_back(std::make_unique<DeviceCase>(p, bytes));
    }
    return cases;
}

void printPlan(PeakHeadsPlan const& plan)
{
    HeadTileTraits const tile = traitsOfHeadTile(plan.tile);
    std::printf("tile %2d: %3d rows, %d stages, %3d threads, %6d bytes, %s", plan.tile, tile.rows, tile.stages,
        tile.threads, tile.sharedBytes, plan.overlap ? "overlapped" : "one by one");
}

void benchShape(char const* name, PeakHeadsParams const& p, MapKind kind)
{
    Cases const cases = casesOf(p, kind);
    PeakHeadsPlan const plan = planFromParams(p);
    std::printf("\n%s, batch %d, top %d, map %s; ", name, p.batch, p.topK, nameOf(kind));
    printPlan(plan);
    Span const all;
    std::printf("\n  all four                %7.2f us warm %7.2f us cold\n", microseconds(p, plan, all, cases, 1),
        microseconds(p, plan, all, cases, cases.size()));
    static char const* const kSTAGES[] = {"find peaks", "select top K", "heads", "finish rows"};
    for (int32_t stage = 0; stage < 4; ++stage)
    {
        // Alone: a kernel that overlaps with itself would measure nothing.
        PeakHeadsPlan single = plan;
        single.overlap = false;
        Span const one{static_cast<PeakHeadsStage>(stage), static_cast<PeakHeadsStage>(stage)};
        Span const upTo{PeakHeadsStage::kFIND, static_cast<PeakHeadsStage>(stage)};
        std::printf("  %-14s alone    %7.2f us warm %7.2f us cold; up to it %7.2f us warm\n", kSTAGES[stage],
            microseconds(p, single, one, cases, 1), microseconds(p, single, one, cases, cases.size()),
            microseconds(p, plan, upTo, cases, 1));
    }
}

void tuneShape(char const* name, PeakHeadsParams const& p)
{
    Cases const cases = casesOf(p, MapKind::kRANDOM);
    int32_t sharedBytes = 0;
    checkCuda(cudaDeviceGetAttribute(&sharedBytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, 0), "attribute");
    std::printf("\n%s, batch %d\n", name, p.batch);
    for (int32_t tile = 0; tile < kHEAD_TILE_COUNT; ++tile)
    {
        for (bool const overlap : {false, true})
        {
            PeakHeadsPlan plan = planFromParams(p);
            plan.tile = tile;
            plan.overlap = plan.overlap && overlap;
            if (traitsOfHeadTile(tile).sharedBytes > sharedBytes || plan.overlap != overlap)
            {
                continue;
            }
            std::printf("  ");
            printPlan(plan);
            std::printf(" %7.2f us warm %7.2f us cold\n", microseconds(p, plan, Span{}, cases, 1),
                microseconds(p, plan, Span{}, cases, cases.size()));
        }
    }
}

} // namespace

int main(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i)
    {
        bool const more = i + 1 < argc && std::atoi(argv[i + 1]) > 0;
        if (std::strcmp(argv[i], "--tune") == 0)
        {
            gTune = true;
        }
        else if (more && (std::strcmp(argv[i], "--batch") == 0 || std::strcmp(argv[i], "--repeats") == 0))
        {
            (std::strcmp(argv[i], "--batch") == 0 ? gBatch : gRepeats) = std::atoi(argv[i + 1]);
            ++i;
        }
        else
        {
            std::printf("usage: peaks_bench [--batch N] [--repeats N] [--tune]\n");
            return 2;
        }
    }
    requireGpu();
    checkCuda(cudaStreamCreateWithFlags(&gStream, cudaStreamNonBlocking), "stream");
    if (gTune)
    {
        tuneShape("DLA-34 at 608x1088", wholeNetwork(gBatch));
        tuneShape("half width at 320x576", halfNetwork(gBatch));
    }
    else
    {
        for (MapKind const kind : {MapKind::kRANDOM, MapKind::kFEW, MapKind::kNONE, MapKind::kEQUAL})
        {
            benchShape("DLA-34 at 608x1088", wholeNetwork(gBatch), kind);
        }
        benchShape("half width at 320x576", halfNetwork(gBatch), MapKind::kRANDOM);
    }
    checkCuda(cudaStreamDestroy(gStream), "stream");
    return 0;
}
