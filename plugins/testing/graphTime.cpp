#include "testing/graphTime.h"

#include <algorithm>
#include <vector>

#include "testing/deviceBytes.h"

namespace trtfairmot
{

namespace
{

constexpr size_t kCOLD_BYTES = size_t{160} << 20;
constexpr int32_t kCALLS = 20;
constexpr int32_t kWARM_UPS = 3;

double millisecondsOf(cudaGraphExec_t graph, cudaStream_t stream, cudaEvent_t start, cudaEvent_t stop)
{
    float milliseconds = 0.F;
    checkCuda(cudaEventRecord(start, stream), "record");
    checkCuda(cudaGraphLaunch(graph, stream), "launch");
    checkCuda(cudaEventRecord(stop, stream), "record");
    checkCuda(cudaEventSynchronize(stop), "replay");
    checkCuda(cudaEventElapsedTime(&milliseconds, start, stop), "elapsed");
    return milliseconds;
}

} // namespace

int32_t coldSets(size_t bytes)
{
    return static_cast<int32_t>(std::min<size_t>(48, kCOLD_BYTES / bytes + 2));
}

double medianMicroseconds(
    std::function<cudaError_t(int32_t)> const& call, int32_t sets, int32_t repeats, cudaStream_t stream)
{
    int32_t const calls = std::max(kCALLS, sets);
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t executable = nullptr;
    cudaEvent_t start = nullptr;
    cudaEvent_t stop = nullptr;
    checkCuda(call(0), "a call"); // loads the kernels
    checkCuda(cudaStreamSynchronize(stream), "the kernel");
    checkCuda(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), "begin capture");
    for (int32_t i = 0; i < calls; ++i)
    {
        checkCuda(call(i % sets), "a call");
    }
    checkCuda(cudaStreamEndCapture(stream, &graph), "end capture");
    checkCuda(cudaGraphInstantiate(&executable, graph, 0), "instantiate");
    checkCuda(cudaEventCreate(&start), "event");
    checkCuda(cudaEventCreate(&stop), "event");
    std::vector<double> times;
    for (int32_t i = 0; i < repeats + kWARM_UPS; ++i)
    {
        double const milliseconds = millisecondsOf(executable, stream, start, stop);
        if (i >= kWARM_UPS)
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

} // namespace trtfairmot
