#include "cuda/graph.h"

#include "cuda/check.h"

namespace trtfairmot
{

CudaGraph::CudaGraph(int device, cudaGraph_t graph)
    : mDevice(device)
{
    CUDA_CHECK(cudaGraphGetNodes(graph, nullptr, &mNodeCount));
    CUDA_CHECK(cudaGraphInstantiate(&mExecutable, graph, 0));
}

CudaGraph::~CudaGraph()
{
    (void) cudaSetDevice(mDevice);
    (void) cudaGraphExecDestroy(mExecutable);
}

std::shared_ptr<CudaGraph> CudaGraph::capture(int device, cudaStream_t stream, std::function<void()> const& work)
{
    useDevice(device);
    CUDA_CHECK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
    try
    {
        work();
    }
    catch (...)
    {
        // Capture must be ended on every path, or the stream stays unusable.
        cudaGraph_t graph = nullptr;
        (void) cudaStreamEndCapture(stream, &graph);
        if (graph != nullptr)
        {
            (void) cudaGraphDestroy(graph);
        }
        (void) cudaGetLastError();
        throw;
    }
    return endCapture(device, stream);
}

std::shared_ptr<CudaGraph> CudaGraph::endCapture(int device, cudaStream_t stream)
{
    useDevice(device);
    cudaGraph_t graph = nullptr;
    CUDA_CHECK(cudaStreamEndCapture(stream, &graph));
    std::unique_ptr<CUgraph_st, cudaError_t (*)(cudaGraph_t)> const owned(graph, &cudaGraphDestroy);
    return std::shared_ptr<CudaGraph>(new CudaGraph(device, graph));
}

void CudaGraph::launch(cudaStream_t stream) const
{
    useDevice(mDevice);
    CUDA_CHECK(cudaGraphLaunch(mExecutable, stream));
}

} // namespace trtfairmot
