// dcnv2_test: the kernels on the GPU against the definition on the CPU.
// usage: dcnv2_test [--reduced | --once [NAME]] [--count N] [--seed N] [--verbose]
//   --reduced  small shapes only, for compute-sanitizer
//   --once     each kernel on one tiny layer, for its slow tools: those whose name begins with NAME, such as fused,
//              tile3 or simt-fp32 (onceCases.h)
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

#include "dcnv2/kernel/params.h"
#include "deviceRuns.h"
#include "onceCases.h"
#include "tileCases.h"

using namespace trtfairmot;

namespace
{

struct Options
{
    bool reduced{false};
    bool once{false};
    bool verbose{false};
    std::string name; // of cases to run once
    int32_t count{300};
    uint32_t seed{1};
};

int runOnce(DeviceRuns& runs, std::string const& name)
{
    bool found = false;
    for (PlannedCase const& once : onceCases())
    {
        if (once.name.compare(0, name.size(), name) == 0)
        {
            found = true;
            runs.runOnce(once);
        }
    }
    runs.expect(found, "cases of that name");
    return runs.finished();
}

void testRandom(DeviceRuns& runs, int32_t count, int64_t budget, uint32_t seed)
{
    std::mt19937 random(seed);
    for (int32_t i = 0; i < count; ++i)
    {
        Dcnv2Params const p = randomParams(random, budget, 8);
        OffsetKind const kind = static_cast<OffsetKind>(random() % static_cast<uint32_t>(OffsetKind::kCOUNT));
        PlannedCase planned{"random", randomCase(p, kind, random() % 4 != 0, random()), {planFromParams(p)}};
        Dcnv2Plan const simt{
            KernelPath::kSIMT, 0, 1 + static_cast<int32_t>(random() % 4), random() % 2 == 0 ? 8 : 0, false};
        if (planIsSupported(p, simt))
        {
            planned.plans.push_back(simt);
        }
        runs.run(planned);
    }
}

void testFairmot(DeviceRuns& runs)
{
    for (FairmotLayer const& shape : fairmotLayers())
    {
        for (ElementType const type : {ElementType::kHALF, ElementType::kFLOAT})
        {
            Dcnv2Params const p = paramsOfFairmotLayer(shape, type, 1);
            runs.run({"fairmot", randomCase(p, OffsetKind::kSMALL, true, 7), {planFromParams(p)}});
        }
        Dcnv2Params const fused = fusedParamsOfFairmotLayer(shape, 1);
        if (suitsFusion(fused))
        {
            runs.run({"fairmot fused", randomFusedCase(fused, 1.5F, 7), {planFromParams(fused)}});
        }
    }
}

// A captured call, replayed over poisoned outputs.
void testGraph(DeviceRuns& runs, ElementType type)
{
    cudaStream_t const stream = runs.stream();
    Dcnv2Params p = paramsOfFairmotLayer({256, 128, 19, 34, 1}, type, 2);
    p.weightLayout = WeightLayout::kOIHW;
    p.layout = ActivationLayout::kNCHW;
    PlannedCase const planned{"graph", randomCase(p, OffsetKind::kLARGE, true, 11), {planFromParams(p)}};
    Reference const reference = referenceOfCase(planned.layer);
    DeviceLayer device(planned.layer);
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t executable = nullptr;
    checkCuda(dcnv2Forward(p, device.tensors(), stream), "dcnv2Forward"); // loads the kernels
    checkCuda(cudaStreamSynchronize(stream), "the kernel");
    checkCuda(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), "begin capture");
    checkCuda(dcnv2Forward(p, device.tensors(), stream), "captured call");
    checkCuda(cudaStreamEndCapture(stream, &graph), "end capture");
    checkCuda(cudaGraphInstantiate(&executable, graph, 0), "instantiate");
    for (int32_t replay = 0; replay < 3; ++replay)
    {
        device.poison(stream);
        checkCuda(cudaGraphLaunch(executable, stream), "replay");
        checkCuda(cudaStreamSynchronize(stream), "replay");
        runs.compare(planned, planned.plans.front(), reference, device);
    }
    checkCuda(cudaGraphExecDestroy(executable), "destroy");
    checkCuda(cudaGraphDestroy(graph), "destroy");
}

void testMemory(DeviceRuns& runs)
{
    Dcnv2Params const p = paramsOfFairmotLayer(fairmotLayers().front(), ElementType::kHALF, 1);
    DeviceLayer device(randomCase(p, OffsetKind::kSMALL, true, 3));
    size_t before = 0;
    size_t after = 0;
    size_t total = 0;
    for (int32_t i = 0; i < 10100; ++i)
    {
        if (i == 100)
        {
            checkCuda(cudaStreamSynchronize(runs.stream()), "runs");
            checkCuda(cudaMemGetInfo(&before, &total), "memory");
        }
        checkCuda(dcnv2Forward(p, device.tensors(), runs.stream()), "dcnv2Forward");
    }
    checkCuda(cudaStreamSynchronize(runs.stream()), "runs");
    checkCuda(cudaMemGetInfo(&after, &total), "memory");
    runs.expect(after == before, "as much device memory free after 10,000 runs as before");
}

Options optionsFrom(int argc, char** argv)
{
    Options options;
    for (int i = 1; i < argc; ++i)
    {
        bool const more = i + 1 < argc;
        if (std::strcmp(argv[i], "--reduced") == 0)
        {
            options.reduced = true;
        }
        else if (std::strcmp(argv[i], "--once") == 0)
        {
            options.once = true;
            options.name = more && argv[i + 1][0] != '-' ? argv[++i] : "";
        }
        else if (std::strcmp(argv[i], "--verbose") == 0)
        {
            options.verbose = true;
        }
        else if (std::strcmp(argv[i], "--count") == 0 && more)
        {
            options.count = std::atoi(argv[++i]);
        }
        else if (std::strcmp(argv[i], "--seed") == 0 && more)
        {
            options.seed = static_cast<uint32_t>(std::atoi(argv[++i]));
        }
        else
        {
            std::printf("usage: dcnv2_test [--reduced | --once [NAME]] [--count N] [--seed N] [--verbose]\n");
            std::exit(2);
        }
    }
    return options;
}

} // namespace

int main(int argc, char** argv)
{
    Options const options = optionsFrom(argc, argv);
    DeviceRuns runs(options.verbose || options.once);
    if (options.once)
    {
        return runOnce(runs, options.name);
    }
    for (std::vector<PlannedCase> const& cases : {tileCases(), fusedCases(), residentCases()})
    {
        for (PlannedCase const& planned : cases)
        {
            runs.run(planned);
        }
    }
    testRandom(runs, options.reduced ? 12 : options.count, options.reduced ? 300'000 : 30'000'000, options.seed);
    if (!options.reduced)
    {
        testGraph(runs, ElementType::kHALF);
        testGraph(runs, ElementType::kFLOAT);
        testFairmot(runs);
        testMemory(runs);
    }
    return runs.finished();
}
